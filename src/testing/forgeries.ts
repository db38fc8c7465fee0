import { createHmac, createSign, generateKeyPairSync } from "node:crypto";

/** What the forger knows or has stolen: more than anybody should, so that each check stands alone. */
export type Loot = {
  /** The key that signs, for tokens that are wrong in one claim and right in all else. */
  key: Buffer;
  kid: string;
  issuer: string;
  now_seconds: number;
  /** A good token of a live session, and whose it is. */
  token: string;
  user_id: string;
  session_id: string;
  /** Somebody else's live session. */
  other: { user_id: string; session_id: string };
};

/** What is wrong with it, and the whole `Authorization` header. */
export type Forgery = readonly [what: string, authorization: string];

type Json = Record<string, unknown>;

const encode = (text: string | Buffer) => Buffer.from(text).toString("base64url");
const hmac = (key: string | Buffer, text: string, hash = "sha256") =>
  createHmac(hash, key).update(text).digest();

/** Signs a header and a payload, given as JSON text, as the API does. */
function signText(key: string | Buffer, header: string, payload: string, hash?: string): string {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${encode(hmac(key, text, hash))}`;
}

/** Every forgery; each must be answered 401. */
export function forgeriesFrom(loot: Loot): Forgery[] {
  const header = { alg: "HS256", typ: "at+jwt", kid: loot.kid };
  const claims = {
    sid: loot.session_id,
    role: "user",
    sub: loot.user_id,
    iss: loot.issuer,
    aud: "focus-api",
    iat: loot.now_seconds,
    exp: loot.now_seconds + 1_800,
    jti: "01900000-0000-7000-8000-000000000000",
  };
  const signed = (more_header: Json, more_claims: Json = {}, key: string | Buffer = loot.key) =>
    signText(
      key,
      JSON.stringify({ ...header, ...more_header }),
      JSON.stringify({ ...claims, ...more_claims }),
    );
  return [
    ...algorithms(loot, header, claims),
    ...keys(loot, signed),
    ...headers(loot, signed),
    ...claimed(loot, signed),
    ...texts(loot, header, claims),
    ...spellings(loot),
  ].map(([what, token]) => [what, token.startsWith("!") ? token.slice(1) : `Bearer ${token}`]);
}

type Signed = (header: Json, claims?: Json, key?: string | Buffer) => string;

function algorithms(loot: Loot, header: Json, claims: Json): Forgery[] {
  const payload = JSON.stringify(claims);
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const withAlg = (alg: unknown) => JSON.stringify({ ...header, alg });
  const unsigned = ["none", "None", "NONE", "nOnE", "", "null"].flatMap((alg): Forgery[] => {
    const text = `${encode(withAlg(alg))}.${encode(payload)}`;
    return [
      [`alg ${JSON.stringify(alg)} without a signature`, `${text}.`],
      [`alg ${JSON.stringify(alg)} with a right HMAC`, signText(loot.key, withAlg(alg), payload)],
    ];
  });
  const rsa = `${encode(withAlg("RS256"))}.${encode(payload)}`;
  return [
    ...unsigned,
    ["alg HS384 with the right key", signText(loot.key, withAlg("HS384"), payload, "sha384")],
    ["alg HS512 with the right key", signText(loot.key, withAlg("HS512"), payload, "sha512")],
    ["alg hs256 in lower case", signText(loot.key, withAlg("hs256"), payload)],
    ["alg HS256 with a blank behind it", signText(loot.key, withAlg("HS256 "), payload)],
    ["alg as a list", signText(loot.key, withAlg(["HS256"]), payload)],
    ["alg null", signText(loot.key, withAlg(null), payload)],
    ["no alg", signText(loot.key, withAlg(undefined), payload)],
    [
      "RS256 by a key of one's own",
      `${rsa}.${encode(createSign("sha256").update(rsa).sign(privateKey))}`,
    ],
    ["RS256 with an HMAC", signText(loot.key, withAlg("RS256"), payload)],
    ["HS256 by a public key's text", signText(pem, withAlg("HS256"), payload)],
    ["ES256 with an HMAC", signText(loot.key, withAlg("ES256"), payload)],
    ["EdDSA with an HMAC", signText(loot.key, withAlg("EdDSA"), payload)],
    [
      "PBES2, to burn time",
      signText(
        loot.key,
        JSON.stringify({ ...header, alg: "PBES2-HS256+A128KW", p2c: 2 ** 31 }),
        payload,
      ),
    ],
  ];
}

function keys({ token, kid }: Loot, signed: Signed): Forgery[] {
  const [head = "", body = "", mac = ""] = token.split(".");
  const first = mac.startsWith("A") ? "B" : "A";
  return [
    ["signed with another secret", signed({}, {}, "another secret, long enough to be one")],
    ["signed with an empty secret", signed({}, {}, "")],
    ["signed with 32 bytes of ones", signed({}, {}, Buffer.alloc(32, 255))],
    ["signed with the kid", signed({}, {}, kid)],
    ["signature cut off by a character", `${head}.${body}.${mac.slice(0, -1)}`],
    ["signature cut in half", `${head}.${body}.${mac.slice(0, 21)}`],
    ["signature empty", `${head}.${body}.`],
    ["signature of zero bytes", `${head}.${body}.${encode(Buffer.alloc(32))}`],
    ["signature with one bit turned", `${head}.${body}.${first}${mac.slice(1)}`],
    ["signature twice", `${head}.${body}.${mac}${mac}`],
    ["signature of the payload alone", `${head}.${body}.${encode(hmac(kid, body))}`],
    ["signature of another token", `${head}.${body}.${signed({}, { jti: "x" }).split(".")[2]}`],
  ];
}

function headers({ key }: Loot, signed: Signed): Forgery[] {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const own = "a key of the forger's own, 32 bytes+";
  const jwk = { kty: "oct", k: encode(own), alg: "HS256" };
  const kids: unknown[] = [
    "unknown",
    "",
    " ",
    "../../../../dev/null",
    "/dev/null",
    "x' OR '1'='1",
    "x'; DROP TABLE users;--",
    ["a"],
    {},
    0,
    null,
    true,
    "__proto__",
    "constructor",
    "a".repeat(10_000),
  ];
  return [
    ...kids.map((kid): Forgery => [`kid ${JSON.stringify(kid).slice(0, 40)}`, signed({ kid })]),
    ["kid left out", signed({ kid: undefined })],
    ["kid /dev/null, signed with nothing", signed({ kid: "/dev/null" }, {}, "")],
    ["typ JWT", signed({ typ: "JWT" })],
    ["typ of a refresh token", signed({ typ: "rt+jwt" })],
    ["typ left out", signed({ typ: undefined })],
    ["typ as a number", signed({ typ: 1 })],
    ["its own jwk", signed({ jwk }, {}, own)],
    [
      "its own public jwk",
      signed({ alg: "ES256", jwk: publicKey.export({ format: "jwk" }) }, {}, own),
    ],
    ["its own jku", signed({ jku: "https://evil.example/keys.json" }, {}, own)],
    ["its own x5u", signed({ x5u: "https://evil.example/cert.pem" }, {}, own)],
    ["its own x5c", signed({ x5c: [encode(own)] }, {}, own)],
    ["crit unknown", signed({ crit: ["exp"] })],
    ["crit empty", signed({ crit: [] })],
    ["crit b64, b64 false", signed({ crit: ["b64"], b64: false })],
    ["zip", signed({ crit: ["zip"], zip: "DEF" }, {}, key)],
  ];
}

function claimed({ now_seconds, other, issuer }: Loot, signed: Signed): Forgery[] {
  const changes: [string, Json][] = [
    ["aud of another service", { aud: "another-api" }],
    ["aud in capitals", { aud: "FOCUS-API" }],
    ["aud as an empty list", { aud: [] }],
    ["aud left out", { aud: undefined }],
    ["iss of another service", { iss: "https://evil.example" }],
    ["iss with a slash behind it", { iss: `${issuer}/` }],
    ["iss as a list", { iss: [issuer] }],
    ["iss left out", { iss: undefined }],
    ...["sub", "sid", "role", "iat", "exp", "jti"].map((name): [string, Json] => [
      `${name} left out`,
      { [name]: undefined },
    ]),
    ["sub of another user, over the own session", { sub: other.user_id }],
    ["sid of another user's session", { sid: other.session_id }],
    ["sub of nobody", { sub: "01900000-0000-7000-8000-000000000000" }],
    ["sid of nobody", { sid: "01900000-0000-7000-8000-000000000000" }],
    ["sub with SQL", { sub: "x' OR '1'='1" }],
    ["sub as a list", { sub: [other.user_id] }],
    ["sub as a number", { sub: 0 }],
    ["sid as an object", { sid: { ne: null } }],
    ["sid true", { sid: true }],
    ["role that is none", { role: "root" }],
    ["role as a list", { role: ["admin"] }],
    ["expired a second ago", { exp: now_seconds - 1, iat: now_seconds - 1_801 }],
    ["expiring now", { exp: now_seconds, iat: now_seconds - 1_800 }],
    ["exp as a string", { exp: String(now_seconds + 1_800) }],
    ["exp in 30,000 years", { exp: 1e12 }],
    ["exp an hour ahead", { exp: now_seconds + 3_600 }],
    ["exp negative", { exp: -1 }],
    ["exp a fraction", { exp: now_seconds + 0.5 }],
    ["exp null", { exp: null }],
    ["nbf in the future", { nbf: now_seconds + 60 }],
    ["nbf as a string", { nbf: "0" }],
    ["iat in the future", { iat: now_seconds + 60, exp: now_seconds + 1_860 }],
    ["iat as a string", { iat: String(now_seconds) }],
    ["iat negative", { iat: -1 }],
  ];
  return changes.map(([what, change]) => [what, signed({}, change)]);
}

function texts(loot: Loot, header: Json, claims: Json): Forgery[] {
  const [head = "", , mac = ""] = loot.token.split(".");
  const payload = JSON.stringify(claims);
  const good = JSON.stringify(header);
  const withPayload = (text: string) => signText(loot.key, good, text);
  const withHeader = (text: string) => signText(loot.key, text, payload);
  const inside = payload.slice(0, -1);
  return [
    [
      "payload changed under its signature: role",
      `${head}.${encode(JSON.stringify({ ...claims, role: "admin" }))}.${mac}`,
    ],
    [
      "payload changed under its signature: sub",
      `${head}.${encode(JSON.stringify({ ...claims, sub: loot.other.user_id }))}.${mac}`,
    ],
    [
      "payload changed under its signature: exp",
      `${head}.${encode(JSON.stringify({ ...claims, exp: 4e9 }))}.${mac}`,
    ],
    ["alg given twice, the last none", withHeader(`${good.slice(0, -1)},"alg":"none"}`)],
    [
      "sid given twice, the last another's",
      withPayload(`${inside},"sid":"${loot.other.session_id}"}`),
    ],
    ["exp given twice, the last NaN", withPayload(`${inside},"exp":NaN}`)],
    ["exp 1e999", withPayload(`${inside},"exp":1e999}`)],
    ["payload a list", withPayload("[]")],
    ["payload null", withPayload("null")],
    ["payload a text", withPayload('"text"')],
    ["payload empty", withPayload("")],
    ["payload no JSON", withPayload("{sub:")],
    ["payload only __proto__", withPayload(`{"__proto__":${payload}}`)],
    ["payload very deep", withPayload(`${"[".repeat(20_000)}${"]".repeat(20_000)}`)],
    ["payload with a byte order mark", withPayload(`\uFEFF${payload.slice(0, -3)}`)],
    ["header a list", withHeader("[]")],
    ["header null", withHeader("null")],
    ["header no JSON", withHeader("{alg:")],
    ["header empty", withHeader("")],
    ["a token inside a token", withPayload(JSON.stringify(loot.token))],
    [
      "five parts, as of a JWE",
      `${encode('{"alg":"dir","enc":"A256GCM"}')}..${encode("iv")}.${encode(payload)}.${encode("tag")}`,
    ],
    ["64 KiB of payload", withPayload(JSON.stringify({ ...claims, aud: "x".repeat(65_536) }))],
    ["64 KiB of header", withHeader(JSON.stringify({ ...header, kid: "x".repeat(65_536) }))],
    ["64 KiB of nothing", "x".repeat(65_536)],
    ["64 KiB of dots", ".".repeat(65_536)],
  ];
}

function spellings({ token }: Loot): Forgery[] {
  const [head = "", body = "", mac = ""] = token.split(".");
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  // 43 characters hold two bits more than 32 bytes: their neighbour decodes to the same bytes.
  const twin = alphabet[alphabet.indexOf(mac.at(-1) ?? "A") ^ 1] ?? "";
  return [
    ["signature in another spelling", `${head}.${body}.${mac.slice(0, -1)}${twin}`],
    ["padding behind the signature", `${head}.${body}.${mac}=`],
    ["padding behind the payload", `${head}.${body}=.${mac}`],
    ["plain base64", `${head}.${body}.${mac.replaceAll("-", "+").replaceAll("_", "/")}+`],
    ["a blank inside", `${head}. ${body}.${mac}`],
    ["a tab inside", `${head}.\t${body}.${mac}`],
    ["a percent escape", `${head}%2E${body}.${mac}`],
    ["a character of no base64", `${head}.${body}~.${mac}`],
    ["two parts", `${head}.${body}`],
    ["four parts", `${token}.${mac}`],
    ["a leading dot", `.${token}`],
    ["parts in another order", `${body}.${head}.${mac}`],
    ["two tokens", `${token} ${token}`],
    ["two tokens with a comma", `${token}, Bearer ${token}`],
    ["two blanks before it", `! Bearer  ${token}`.replace("! ", "!")],
    ["quotes around it", `"${token}"`],
    ["nothing behind Bearer", ""],
    ["another scheme", `!Basic ${token}`],
    ["no scheme", `!${token}`],
    ["a scheme that begins alike", `!Bearertoken ${token}`],
  ];
}
