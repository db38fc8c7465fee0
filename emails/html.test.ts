import { expect, it } from "vitest";
import { html } from "./html.ts";

it("escapes every interpolation, in content and in attributes", () => {
  const name = `<script>alert("1")</script> & 'co'`;
  expect(html`<p title="${name}">${name}</p>`.toString()).toBe(
    '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;co&#39;">' +
      "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;co&#39;</p>",
  );
});

it("nests markup and lists of it without escaping it twice", () => {
  const cells = ["a&b", "c"].map((text) => html`<td>${text}</td>`);
  expect(html`<tr>${cells}${html`<td>${7}</td>`}</tr>`.toString()).toBe(
    "<tr><td>a&amp;b</td><td>c</td><td>7</td></tr>",
  );
});

it("cannot be deceived by an object from JSON that looks like markup", () => {
  const forged: unknown = JSON.parse(`{"toString": "<b>", "markup": "<b>"}`);
  expect(forged instanceof html``.constructor).toBe(false);
});
