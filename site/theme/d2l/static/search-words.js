// What Sphinx's search says, in Korean and in both languages. Its own translations.js is not used: it makes a function from
// a string, which a strict content policy forbids.
(() => {
  const words = {
    "Searching": ["검색 중", "Searching · 검색 중"],
    "Preparing search...": ["검색 준비 중...", "Preparing search · 검색 준비 중..."],
    "Search Results": ["검색 결과", "Search results · 검색 결과"],
    "Search finished, found ${resultCount} page(s) matching the search query.":
      ["페이지 ${resultCount}개에서 찾았습니다.", "Pages with it · 찾은 페이지: ${resultCount}"],
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
      ["이 말이 있는 페이지가 없습니다. 철자를 확인해 보세요.", "No page has these words · 이 말이 있는 페이지가 없습니다."],
  };
  const column = ["ko", "both"].indexOf(document.documentElement.dataset.edition);
  if (column < 0) return;
  for (const [sphinx, own] of Object.entries(words)) Documentation.TRANSLATIONS[sphinx] = own[column];
})();
