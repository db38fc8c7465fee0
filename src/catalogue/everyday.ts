/** Browsing; the columns as `readTable` has them. */
export const browsing = `
chrome           | Chrome | com.android.chrome | com.google.chrome.ios
safari           | Safari | - | com.apple.mobilesafari
firefox          | Firefox | org.mozilla.firefox | org.mozilla.ios.Firefox
edge             | Edge | com.microsoft.emmx | com.microsoft.msedge
opera            | Opera | com.opera.browser | com.opera.OperaTouch
brave            | Brave | com.brave.browser | com.brave.ios.browser
vivaldi          | Vivaldi | com.vivaldi.browser | =
duckduckgo       | DuckDuckGo | com.duckduckgo.mobile.android | com.duckduckgo.mobile.ios | duckduckgo.com
samsung-internet | Samsung Internet | com.sec.android.app.sbrowser
google           | Google | com.google.android.googlequicksearchbox | com.google.GoogleMobile | google.com
bing             | Bing | com.microsoft.bing | = | bing.com
`;

/** News; the columns as `readTable` has them. */
export const news = `
apple-news     | Apple News | - | com.apple.news
google-news    | Google News | com.google.android.apps.magazines | com.google.GoogleDigitalEditions | news.google.com
bbc-news       | BBC News | bbc.mobile.news.ww bbc.mobile.news.uk | uk.co.bbc.news | bbc.com bbc.co.uk
cnn            | CNN | com.cnn.mobile.android.phone | com.cnn.iphone | cnn.com edition.cnn.com
new-york-times | The New York Times | com.nytimes.android | com.nytimes.NYTimes | nytimes.com
guardian       | The Guardian | com.guardian | uk.co.guardian.iphone2 | theguardian.com
reuters        | Reuters | com.thomsonreuters.reuters | = | reuters.com
bloomberg      | Bloomberg | com.bloomberg.android.plus | com.bloomberg.Bloomberg | bloomberg.com
flipboard      | Flipboard | flipboard.app | com.flipboard.flipboard-ipad | flipboard.com
smartnews      | SmartNews | jp.gocro.smartnews.android | jp.gocro.SmartNews | smartnews.com
newsbreak      | NewsBreak | com.particlenews.newsbreak | = | newsbreak.com
espn           | ESPN | com.espn.score_center | com.espn.ScoreCenter | espn.com
medium         | Medium | com.medium.reader | = | medium.com *.medium.com
substack       | Substack | com.substack.app | com.substack.Substack | substack.com *.substack.com
`;

/** Shopping; the columns as `readTable` has them. */
export const shopping = `
amazon     | Amazon | com.amazon.mShop.android.shopping | com.amazon.Amazon
           | amazon.com amazon.co.uk amazon.de amazon.fr amazon.in
ebay       | eBay | com.ebay.mobile | com.ebay.iphone | ebay.com ebay.co.uk ebay.de
etsy       | Etsy | com.etsy.android | com.etsy.etsyforios | etsy.com
temu       | Temu | com.einnovation.temu | = | temu.com
shein      | SHEIN | com.zzkko | zzkko.com.ZZKKO | shein.com
aliexpress | AliExpress | com.alibaba.aliexpresshd | com.alibaba.iAliexpress | aliexpress.com
walmart    | Walmart | com.walmart.android | com.walmart.electronics | walmart.com
target     | Target | com.target.ui | com.target.Target | target.com
depop      | Depop | com.depop | com.garageitaly.garage | depop.com
taobao     | Taobao | com.taobao.taobao | com.taobao.taobao4iphone | taobao.com
flipkart   | Flipkart | com.flipkart.android | com.appflipkart.flipkart | flipkart.com
lazada     | Lazada | com.lazada.android | com.LazadaSEA.Lazada | lazada.com
`;

/** Music; the columns as `readTable` has them. */
export const music = `
spotify        | Spotify | com.spotify.music | com.spotify.client | spotify.com open.spotify.com
youtube-music  | YouTube Music | com.google.android.apps.youtube.music | com.google.ios.youtubemusic | music.youtube.com
apple-music    | Apple Music | com.apple.android.music | com.apple.Music | music.apple.com
apple-podcasts | Apple Podcasts | - | com.apple.podcasts | podcasts.apple.com
amazon-music   | Amazon Music | com.amazon.mp3 | com.amazon.mp3.AmazonCloudPlayer | music.amazon.com
soundcloud     | SoundCloud | com.soundcloud.android | com.soundcloud.TouchApp | soundcloud.com
deezer         | Deezer | deezer.android.app | com.deezer.Deezer | deezer.com
tidal          | TIDAL | com.aspiro.tidal | = | tidal.com listen.tidal.com
pandora        | Pandora | com.pandora.android | com.pandora | pandora.com
shazam         | Shazam | com.shazam.android | com.shazam.Shazam | shazam.com
audible        | Audible | com.audible.application | com.audible.iphone | audible.com
iheart         | iHeart | com.clearchannel.iheartradio.controller | com.clearchannel.iheartradio | iheart.com
`;

/** Productivity; the columns as `readTable` has them. */
export const productivity = `
gmail           | Gmail | com.google.android.gm | com.google.Gmail | mail.google.com
outlook         | Outlook | com.microsoft.office.outlook | = | outlook.live.com outlook.office.com
apple-mail      | Mail | - | com.apple.mobilemail
teams           | Microsoft Teams | com.microsoft.teams | com.microsoft.skype.teams | teams.microsoft.com teams.live.com
slack           | Slack | com.Slack | com.tinyspeck.chatlyio | slack.com app.slack.com
zoom            | Zoom | us.zoom.videomeetings | = | zoom.us app.zoom.us
google-meet     | Google Meet | com.google.android.apps.tachyon | com.google.Tachyon | meet.google.com
google-calendar | Google Calendar | com.google.android.calendar | com.google.calendar | calendar.google.com
google-docs     | Google Docs | com.google.android.apps.docs.editors.docs | com.google.Docs | docs.google.com
google-drive    | Google Drive | com.google.android.apps.docs | com.google.Drive | drive.google.com
youtube-studio  | YouTube Studio | com.google.android.apps.youtube.creator | com.google.ios.ytcreator
                | studio.youtube.com
notion          | Notion | notion.id | = | notion.so notion.com
chatgpt         | ChatGPT | com.openai.chatgpt | com.openai.chat | chatgpt.com chat.openai.com
claude          | Claude | com.anthropic.claude | = | claude.ai
gemini          | Gemini | com.google.android.apps.bard | com.google.gemini | gemini.google.com
perplexity      | Perplexity | ai.perplexity.app.android | ai.perplexity.app | perplexity.ai
github          | GitHub | com.github.android | com.github.stormbreaker.prod | github.com
`;

/** Education; the columns as `readTable` has them. */
export const education = `
duolingo         | Duolingo | com.duolingo | com.duolingo.DuolingoMobile | duolingo.com
khan-academy     | Khan Academy | org.khanacademy.android | org.khanacademy.Khan-Academy | khanacademy.org
quizlet          | Quizlet | com.quizlet.quizletandroid | com.quizlet.quizlet | quizlet.com
coursera         | Coursera | org.coursera.android | org.coursera.coursera | coursera.org
udemy            | Udemy | com.udemy.android | com.udemy | udemy.com
google-classroom | Google Classroom | com.google.android.apps.classroom | com.google.Classroom | classroom.google.com
wikipedia        | Wikipedia | org.wikipedia | org.wikimedia.wikipedia | wikipedia.org *.wikipedia.org *.m.wikipedia.org
`;

/** Health; the columns as `readTable` has them. */
export const health = `
apple-health | Health | - | com.apple.Health
strava       | Strava | com.strava | com.strava.stravaride | strava.com
calm         | Calm | com.calm.android | com.calm.calmapp | calm.com
headspace    | Headspace | com.getsomeheadspace.android | com.getsomeheadspace.headspace | headspace.com
myfitnesspal | MyFitnessPal | com.myfitnesspal.android | com.myfitnesspal.mfp | myfitnesspal.com
flo          | Flo | org.iggymedia.periodtracker | = | flo.health
`;

/** Utilities; the columns as `readTable` has them. */
export const utilities = `
google-maps      | Google Maps | com.google.android.apps.maps | com.google.Maps | maps.google.com
apple-maps       | Apple Maps | - | com.apple.Maps | maps.apple.com
waze             | Waze | com.waze | com.waze.iphone | waze.com
uber             | Uber | com.ubercab | com.ubercab.UberClient | uber.com
google-photos    | Google Photos | com.google.android.apps.photos | com.google.photos | photos.google.com
apple-photos     | Photos | - | com.apple.mobileslideshow
google-translate | Google Translate | com.google.android.apps.translate | com.google.Translate | translate.google.com
paypal           | PayPal | com.paypal.android.p2pmobile | com.yourcompany.PPClient | paypal.com
`;
