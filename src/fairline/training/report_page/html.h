// Pieces of an HTML page. Text goes through Escaped exactly once, here or by the caller: where a
// parameter is called `html` it is markup already.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fairline {

/// The text as HTML and XML content or attribute value. Control characters, which XML cannot hold,
/// become U+FFFD.
std::string Escaped(std::string_view text);

/// A table that scrolls by itself where it is wider than the page. The first column is a row's
/// heading; the others are right-aligned figures unless the name of their column ends with a blank.
class HtmlTable {
 public:
  /// `caption` and `columns` are text.
  HtmlTable(std::string_view caption, std::vector<std::string> columns);
  /// `cells_html`: one per column. `style`: a class of the row, or empty.
  void Row(const std::vector<std::string>& cells_html, std::string_view style = "");
  std::string Html() const;

 private:
  std::vector<std::string> columns_;
  std::string caption_, head_, rows_;
};

/// A row's heading with a remark below it.
std::string HeadingHtml(std::string_view heading, std::string_view remark);

/// A horizontal bar `share` (0 to 1) of its cell long, followed by the figure.
std::string BarHtml(double share, std::string_view style, std::string_view figure_html);

/// A folded part: its title is always seen, the rest on demand.
std::string FoldedHtml(std::string_view title, std::string_view html);

}  // namespace fairline
