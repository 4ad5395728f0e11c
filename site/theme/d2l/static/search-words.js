// What Sphinx's search says, in Korean and in both languages. Its own translations.js is not used: it makes a function from
// a string, which a strict content policy forbids.
if (document.documentElement.dataset.edition !== "en") {
  Object.assign(Documentation.TRANSLATIONS, {
    "Searching": d2lSay("Searching", "검색 중"),
    "Preparing search...": d2lSay("Preparing search", "검색 준비 중..."),
    "Search Results": d2lSay("Search results", "검색 결과"),
    "Search finished, found ${resultCount} page(s) matching the search query.":
      d2lSay("Found on these pages", "페이지 ${resultCount}개에서 찾았습니다."), // Sphinx fills the number in once
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
      d2lSay("No page has these words", "이 말이 있는 페이지가 없습니다. 철자를 확인해 보세요."),
  });
}
