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
    for (const { name, value } of [...to.attributes]) {
      if (from.getAttribute(name) === value) continue;
      from.setAttribute(name, value);
      // What somebody typed counts before the attribute.
      if (name === 'value' && from.nodeName === 'INPUT') from.value = value;
    }
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
    tellTime(fresh);
    const focused = target.contains(document.activeElement) ? document.activeElement : null;
    morphChildren(target, fresh);
    if (focused && !focused.isConnected) focusNear(target);
    if (id === 'strip') measure();
    if (id === 'steps') follow();
  }

  /** What had the focus is gone: its section's heading has it, so that Tab goes on from there. */
  function focusNear(part) {
    const heading = part.closest('section, main').querySelector('h1, h2');
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  /** Times as clocks here show them. */
  function tellTime(part) {
    const shape = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
    const clock = new Intl.DateTimeFormat(document.documentElement.lang, shape);
    for (const time of part.querySelectorAll('time')) time.textContent = clock.format(new Date(time.dateTime));
  }

  /** What sticks below the strip must know how high it is: it wraps on a narrow screen. */
  function measure() {
    const strip = document.querySelector('.strip-bar');
    if (strip) document.documentElement.style.setProperty('--strip', `${strip.offsetHeight}px`);
  }

  const currentStep = () => document.querySelector('ol.steps > li:is(.running, .next)') || document.querySelector('ol.steps > li:last-child');
  const hasBegun = () => document.querySelector('ol.steps > li:is(.running, .done, .failed)') !== null;
  let shown = currentStep()?.textContent;
  let begun = hasBegun();

  /** Brings the step that is at work into sight, once: whoever then looks elsewhere is left alone. */
  function follow() {
    if (begun !== hasBegun()) {
      begun = !begun;
      // What was read before the first step makes room for what happens: the steps and the timeline beside them.
      document.querySelector('details.card').open = !begun;
      if (begun) document.querySelector('.run').scrollIntoView({ block: 'start' });
    }
    const step = currentStep();
    if (step.textContent === shown) return;
    shown = step.textContent;
    step.scrollIntoView({ block: 'nearest' });
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
  measure();
  addEventListener('resize', measure);
  tellTime(document);

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
