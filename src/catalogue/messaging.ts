/** Messages and calls between people; the columns as `readTable` has them. */
export const messaging = `
whatsapp          | WhatsApp | com.whatsapp | net.whatsapp.WhatsApp | whatsapp.com web.whatsapp.com
whatsapp-business | WhatsApp Business | com.whatsapp.w4b | net.whatsapp.WhatsAppSMB
messenger         | Messenger | com.facebook.orca com.facebook.mlite | com.facebook.Messenger | messenger.com
telegram          | Telegram | org.telegram.messenger org.telegram.messenger.web org.thunderdog.challegram
                  | ph.telegra.Telegraph | telegram.org web.telegram.org t.me
signal            | Signal | org.thoughtcrime.securesms | org.whispersystems.signal
discord           | Discord | com.discord | com.hammerandchisel.discord | discord.com discordapp.com
viber             | Viber | com.viber.voip | com.viber
line              | LINE | jp.naver.line.android | jp.naver.line | line.me
wechat            | WeChat | com.tencent.mm | com.tencent.xin | web.wechat.com wx.qq.com
qq                | QQ | com.tencent.mobileqq | com.tencent.mqq | im.qq.com
kakaotalk         | KakaoTalk | com.kakao.talk | com.iwilab.KakaoTalk
zalo              | Zalo | com.zing.zalo | vn.com.vng.zingalo | zalo.me chat.zalo.me
kik               | Kik | kik.android | com.kik.chat
imo               | imo | com.imo.android.imoim | imoimiphone | imo.im
botim             | BOTIM | im.thebot.messenger | im.thebot
groupme           | GroupMe | com.groupme.android | com.groupme.iphone-app | groupme.com web.groupme.com
google-chat       | Google Chat | com.google.android.apps.dynamite | com.google.Dynamite | chat.google.com
google-voice      | Google Voice | com.google.android.apps.googlevoice | com.google.GVDialer | voice.google.com
textnow           | TextNow | com.enflick.android.TextNow | com.tinginteractive.usms | textnow.com
threema           | Threema | ch.threema.app | ch.threema.iapp | web.threema.ch
element           | Element | im.vector.app io.element.android.x | = io.element.elementx | app.element.io
wire              | Wire | com.wire | com.wearezeta.zclient.ios | app.wire.com
session-messenger | Session | network.loki.messenger | com.loki-project.loki-messenger
messages          | Messages | - | com.apple.MobileSMS
facetime          | FaceTime | - | com.apple.facetime
google-messages   | Google Messages | com.google.android.apps.messaging | - | messages.google.com
samsung-messages  | Samsung Messages | com.samsung.android.messaging
`;
