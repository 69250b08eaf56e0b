// Keeps the page as the laboratory is: the server renders, this puts it in place. Buttons are plain forms; here they
// are sent without leaving the page, so that the focus stays where it was.
'use strict';
(() => {
  const lost = document.getElementById('lost');
  const told = document.getElementById('told');

  /** Makes `from` look like `to` and keeps every element that stays: a click, a choice or the focus on it survives. */
  function morph(from, to) {
    for (const { name } of [...from.attributes]) {
      // Whether something is unfolded is the reader's choice.
      if (!to.hasAttribute(name) && name !== 'open') from.removeAttribute(name);
    }
    for (const { name, value } of [...to.attributes]) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
    morphChildren(from, to);
  }

  function morphChildren(from, to) {
    const kept = new Set([...to.children].map((child) => child.id).filter(Boolean));
    let old = from.firstChild;
    for (const fresh of [...to.childNodes]) {
      // What has a name and is no longer there goes, so that what follows it is met again.
      while (old && old.id && !kept.has(old.id)) old = remove(old);
      if (!old) from.append(fresh);
      else if (alike(old, fresh)) {
        if (old.nodeType === Node.ELEMENT_NODE) morph(old, fresh);
        else if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
        old = old.nextSibling;
      } else if (old.id) from.insertBefore(fresh, old);
      else {
        const next = old.nextSibling;
        old.replaceWith(fresh);
        old = next;
      }
    }
    while (old) old = remove(old);
  }

  const alike = (one, other) => one.nodeName === other.nodeName && (one.id || '') === (other.id || '');

  function remove(node) {
    const next = node.nextSibling;
    node.remove();
    return next;
  }

  function put({ id, html }) {
    const target = document.getElementById(id);
    if (!target) return;
    const fresh = target.cloneNode(false);
    fresh.innerHTML = html;
    morphChildren(target, fresh);
    follow(target);
    // What sticks below the strip must know how high it is: it wraps on a narrow screen.
    const strip = document.querySelector('.strip-bar').offsetHeight;
    document.documentElement.style.setProperty('--strip', `${strip}px`);
  }

  let shown = null;

  /** Brings the step that is at work into sight, once: whoever then looks elsewhere is left alone. */
  function follow(part) {
    const step = part.querySelector('ol.steps > li:is(.running, .next)') || part.querySelector('ol.steps > li:last-child');
    if (!step || step.textContent === shown) return;
    if (shown !== null) {
      // What was read before the first step makes room for what happens.
      if (!part.querySelector('li.done')) document.querySelector('details[open]')?.removeAttribute('open');
      step.scrollIntoView({ block: 'nearest' });
    }
    shown = step.textContent;
  }

  let source = null;

  function listen() {
    if (source || document.hidden || !document.body.dataset.live) return;
    source = new EventSource(document.body.dataset.live);
    source.onopen = () => { lost.hidden = true; };
    source.onmessage = (event) => { put(JSON.parse(event.data)); };
    source.onerror = () => {
      lost.hidden = false;
      // The browser tries again by itself, except after an answer that was no stream: then the page is asked for anew.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000);
    };
  }

  // A browser gives few connections to one address: a page that nobody sees holds none.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden && source) {
      source.close();
      source = null;
    }
    listen();
  });
  listen();

  document.addEventListener('submit', async (event) => {
    const form = event.target;
    if (form.method !== 'post' || !('stay' in form.dataset)) return;
    event.preventDefault();
    const button = event.submitter;
    if (button && [button.ariaBusy, button.ariaDisabled].includes('true')) return;
    const fields = new URLSearchParams(new FormData(form));
    if (button && button.name) fields.append(button.name, button.value);
    if (button) button.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(form.action, { method: 'POST', body: fields, headers: { 'x-stay': '1' } });
      told.textContent = answer.ok ? '' : await answer.text();
    } catch {
      lost.hidden = false;
    } finally {
      if (button) button.removeAttribute('aria-busy');
      told.hidden = told.textContent === '';
    }
  });
})();
