// The contents are open beside the page, and folded above it where there is no room.
const wide = matchMedia('(min-width: 64rem)');
const contents = document.querySelector('.contents details');
const fold = () => contents.open = wide.matches;
fold();
wide.addEventListener('change', fold);

// Some browsers give a page from disk no clipboard; selecting and copying works everywhere.
const copy = text => {
  const area = Object.assign(document.createElement('textarea'), { value: text });
  area.style.cssText = 'position:fixed;opacity:0';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
};
for (const button of document.querySelectorAll('.copy')) {
  const label = button.textContent;
  button.addEventListener('click', async () => {
    const text = button.closest('section').querySelector('pre').textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      copy(text);
    }
    button.textContent = button.dataset.copied;
    setTimeout(() => button.textContent = label, 2000);
  });
}

// A word's meaning stands below it; where there is no room beside the page, at the screen's lower edge, which is CSS.
for (const word of document.querySelectorAll('.word')) {
  const meaning = word.querySelector('[role=tooltip]');
  const place = () => {
    meaning.style.cssText = '';
    if (!wide.matches)
      return;
    const box = word.getClientRects()[0];
    const above = box.bottom + meaning.offsetHeight > innerHeight;
    meaning.style.left = `${Math.min(box.left, document.documentElement.clientWidth - meaning.offsetWidth - 16)}px`;
    meaning.style.top = `${above ? box.top - meaning.offsetHeight : box.bottom}px`;
  };
  const forget = () => word.classList.remove('dismissed');
  word.addEventListener('mouseenter', place);
  word.addEventListener('focus', place);
  word.addEventListener('mouseleave', forget);
  word.addEventListener('blur', forget);
}
document.addEventListener('keydown', event => {
  if (event.key === 'Escape')
    document.querySelectorAll('.word:is(:hover, :focus)').forEach(word => word.classList.add('dismissed'));
});
