/** Video, short and long, live and on demand; the columns as `readTable` has them. */
export const video = `
tiktok         | TikTok | com.zhiliaoapp.musically com.ss.android.ugc.trill com.zhiliaoapp.musically.go
               | = com.ss.iphone.ugc.Ame | tiktok.com
douyin         | Douyin | com.ss.android.ugc.aweme | com.ss.iphone.ugc.Aweme | douyin.com
youtube        | YouTube | com.google.android.youtube | com.google.ios.youtube | youtube.com youtu.be
youtube-kids   | YouTube Kids | com.google.android.apps.youtube.kids | com.google.ios.youtubekids | youtubekids.com
youtube-tv     | YouTube TV | com.google.android.apps.youtube.unplugged | com.google.ios.youtubeunplugged
               | tv.youtube.com
netflix        | Netflix | com.netflix.mediaclient | com.netflix.Netflix | netflix.com
prime-video    | Prime Video | com.amazon.avod.thirdpartyclient | com.amazon.aiv.AIVApp | primevideo.com
disney-plus    | Disney+ | com.disney.disneyplus | = | disneyplus.com
hbo-max        | HBO Max | com.wbd.stream com.hbo.hbonow | = com.hbo.hbonow
               | max.com play.max.com hbomax.com play.hbomax.com
hulu           | Hulu | com.hulu.plus | = | hulu.com
paramount-plus | Paramount+ | com.cbs.app | com.cbsvideo.app | paramountplus.com
peacock        | Peacock | com.peacocktv.peacockandroid | com.peacocktv.peacock | peacocktv.com
apple-tv       | Apple TV | com.apple.atve.androidtv.appletv | com.apple.tv | tv.apple.com
hotstar        | JioHotstar | in.startv.hotstar | = | hotstar.com
crunchyroll    | Crunchyroll | com.crunchyroll.crunchyroid | com.crunchyroll.iphone | crunchyroll.com
twitch         | Twitch | tv.twitch.android.app | tv.twitch | twitch.tv clips.twitch.tv
kick           | Kick | com.kick.mobile | = | kick.com
vimeo          | Vimeo | com.vimeo.android.videoapp | com.vimeo | vimeo.com
tubi           | Tubi | com.tubitv | com.adrise.tubitv | tubitv.com
pluto-tv       | Pluto TV | tv.pluto.android | tv.pluto.ios | pluto.tv
plex           | Plex | com.plexapp.android | com.plexapp.plex | plex.tv app.plex.tv watch.plex.tv
vlc            | VLC | org.videolan.vlc | org.videolan.vlc-ios
bilibili       | Bilibili | tv.danmaku.bili com.bilibili.app.in | tv.danmaku.bilianime com.bilibili.inter
               | bilibili.com bilibili.tv
kuaishou       | Kuaishou | com.smile.gifmaker | com.jiangjia.gif | kuaishou.com
iqiyi          | iQIYI | com.qiyi.video | com.qiyi.iphone | iqiyi.com
tencent-video  | Tencent Video | com.tencent.qqlive | com.tencent.live4iphone | v.qq.com
youku          | Youku | com.youku.phone | com.youku.YouKu | youku.com v.youku.com
`;
