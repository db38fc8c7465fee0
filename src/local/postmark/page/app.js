// What the app would do with the token of a mail's link: one call to the API, at a person's click.
const api = document.querySelector('meta[name="api"]').content;
const form = document.querySelector("form");
const label = document.querySelector("label");
const button = document.querySelector("button");
const output = document.querySelector("output");
const token = new URLSearchParams(location.search).get("token");

const pages = {
  "/app/verify-email": {
    label: "Confirm this address",
    path: "/api/auth/verify-email",
    done: "Confirmed. Sign in with POST /api/auth/login.",
  },
  "/app/reset-password": {
    label: "Set this password",
    path: "/api/auth/reset-password",
    done: "The password is set. Sign in with POST /api/auth/login.",
    asksPassword: true,
  },
};

const page = pages[location.pathname];
if (page && token) {
  form.hidden = false;
  label.hidden = !page.asksPassword;
  button.textContent = page.label;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    output.textContent = await call(page);
    button.disabled = false;
  });
}

async function call({ path, asksPassword, done }) {
  const password = asksPassword ? { password: form.querySelector("input").value } : {};
  try {
    const answer = await fetch(api + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token, ...password }),
    });
    if (answer.ok) return done;
    const problem = await answer.json();
    const fields = (problem.errors ?? []).map((error) => `${error.path}: ${error.message}`);
    return [problem.detail, ...fields].join("\n");
  } catch {
    return "The API does not answer. Does `npm start` still run?";
  }
}
