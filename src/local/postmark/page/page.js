// The page's behaviour: it asks for the newest mails every two seconds and shows the one that the
// address names (#id). Everything from a mail is set as text, never as HTML.
const byId = (id) => document.getElementById(id);
const tabs = [...document.querySelectorAll("[role=tab]")];

let messages = [];
let part = "html";
let shown = "";

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function showList() {
  const wanted = byId("filter").value.trim().toLowerCase();
  const visible = messages.filter((mail) =>
    `${mail.to} ${mail.subject}`.toLowerCase().includes(wanted),
  );
  const chosen = location.hash.slice(1);
  byId("list").replaceChildren(
    ...visible.map((mail) => {
      const line = element("a", undefined, { href: `#${mail.id}` });
      if (mail.id === chosen) line.setAttribute("aria-current", "true");
      const when = new Date(mail.received_at).toLocaleString();
      line.append(
        element("strong", mail.subject || "(no subject)"),
        element("span", mail.to),
        element("span", mail.tag ? `${when} · ${mail.tag}` : when, { class: "when" }),
      );
      return line;
    }),
  );
  byId("count").textContent = messages.length === 0 ? "" : String(messages.length);
}

function withLinks(text) {
  const pre = element("pre");
  for (const piece of text.split(/(https?:\/\/[^\s<>"]+)/)) {
    if (/^https?:\/\//.test(piece)) {
      pre.append(element("a", piece, { href: piece, target: "_blank", rel: "noreferrer" }));
    } else pre.append(piece);
  }
  return pre;
}

function showPart(mail) {
  if (part === "html" && mail.html === "") part = "text";
  for (const tab of tabs) tab.setAttribute("aria-selected", String(tab.dataset.part === part));
  if (shown === `${mail.id} ${part}`) return;
  shown = `${mail.id} ${part}`;
  if (part === "html") {
    const frame = element("iframe", undefined, {
      sandbox: "allow-popups allow-popups-to-escape-sandbox",
      title: "The mail as HTML",
      src: `/messages/${mail.id}.html`,
    });
    byId("part").replaceChildren(frame);
  } else if (part === "text") {
    byId("part").replaceChildren(withLinks(mail.text || "(no text part)"));
  } else {
    const { html: _html, text: _text, ...details } = mail;
    byId("part").replaceChildren(element("pre", JSON.stringify(details, null, 2)));
  }
}

function showMail() {
  const mail = messages.find(({ id }) => id === location.hash.slice(1));
  document.body.classList.toggle("reading", mail !== undefined);
  byId("mail").hidden = mail === undefined;
  byId("empty").hidden = mail !== undefined || messages.length > 0;
  document.title = mail === undefined ? "Mails" : mail.subject;
  if (mail === undefined) {
    shown = "";
    return;
  }
  byId("subject").textContent = mail.subject;
  const facts = [
    ["To", mail.to],
    ["From", mail.from],
    ["Received", new Date(mail.received_at).toLocaleString()],
  ];
  byId("facts").replaceChildren(
    ...facts.flatMap(([name, value]) => [element("dt", name), element("dd", value)]),
  );
  showPart(mail);
}

async function refresh() {
  if (!document.hidden) {
    try {
      const answer = await fetch("/api/messages?limit=500");
      const fresh = await answer.json();
      if (fresh.length !== messages.length || fresh[0]?.id !== messages[0]?.id) {
        messages = fresh;
        showList();
        showMail();
      }
    } catch {
      // The stack has stopped; the next look may find it again.
    }
  }
  setTimeout(refresh, 2000);
}

function choosePart({ currentTarget }) {
  part = currentTarget.dataset.part;
  showMail();
}

for (const tab of tabs) tab.addEventListener("click", choosePart);
byId("filter").addEventListener("input", showList);
byId("clear").addEventListener("click", async () => {
  await fetch("/api/messages", { method: "DELETE" });
  messages = [];
  location.hash = "";
  showList();
  showMail();
});
addEventListener("hashchange", () => {
  showList();
  showMail();
});
refresh();
