/** Social networks and dating; the columns as `readTable` has them. */
export const social = `
instagram     | Instagram | com.instagram.android com.instagram.lite | com.burbn.instagram | instagram.com
facebook      | Facebook | com.facebook.katana com.facebook.lite | com.facebook.Facebook | facebook.com web.facebook.com
threads       | Threads | com.instagram.barcelona | com.burbn.barcelona | threads.net threads.com
x             | X | com.twitter.android com.twitter.android.lite | com.atebits.Tweetie2 | x.com twitter.com
snapchat      | Snapchat | com.snapchat.android | com.toyopagroup.picaboo | snapchat.com web.snapchat.com
reddit        | Reddit | com.reddit.frontpage | com.reddit.Reddit | reddit.com old.reddit.com new.reddit.com
pinterest     | Pinterest | com.pinterest | pinterest | pinterest.com pinterest.co.uk
linkedin      | LinkedIn | com.linkedin.android | com.linkedin.LinkedIn | linkedin.com
tumblr        | Tumblr | com.tumblr | com.tumblr.tumblr | tumblr.com *.tumblr.com
bluesky       | Bluesky | xyz.blueskyweb.app | = | bsky.app
mastodon      | Mastodon | org.joinmastodon.android | org.joinmastodon.app | mastodon.social
bereal        | BeReal | com.bereal.ft | AlexisBarreyat.BeReal | bereal.com
locket        | Locket | com.locket.Locket | =
quora         | Quora | com.quora.android | com.quora.app.mobile | quora.com
nextdoor      | Nextdoor | com.nextdoor | com.nextdoor.nextdoor | nextdoor.com
vk            | VK | com.vkontakte.android | com.vk.vkclient | vk.com vk.ru
odnoklassniki | OK | ru.ok.android | ru.odnoklassniki.iphone | ok.ru
weibo         | Weibo | com.sina.weibo | = | weibo.com weibo.cn
rednote       | RedNote | com.xingin.xhs | com.xingin.discover | xiaohongshu.com
lemon8        | Lemon8 | com.bd.nproject | = | lemon8-app.com
9gag          | 9GAG | com.ninegag.android.app | com.9gag.ios.mobile | 9gag.com
imgur         | Imgur | com.imgur.mobile | imgurmobile | imgur.com
truth-social  | Truth Social | com.truthsocial.android.app | com.tmediatech.truthsocial | truthsocial.com
clubhouse     | Clubhouse | com.clubhouse.app | co.alphaexploration.clubhouse | clubhouse.com
bigo-live     | BIGO LIVE | sg.bigo.live | = | bigo.tv
tinder        | Tinder | com.tinder | com.cardify.tinder | tinder.com
bumble        | Bumble | com.bumble.app | com.moxco.bumble | bumble.com
hinge         | Hinge | co.hinge.app | co.hinge.mobile.ios | hinge.co
badoo         | Badoo | com.badoo.mobile | com.badoo.Badoo | badoo.com
grindr        | Grindr | com.grindrapp.android | com.grindrguy.grindrx | grindr.com web.grindr.com
okcupid       | OkCupid | com.okcupid.okcupid | com.okcupid.app | okcupid.com
`;
