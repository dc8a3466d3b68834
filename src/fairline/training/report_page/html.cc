#include "fairline/training/report_page/html.h"

#include <fmt/format.h>

#include <algorithm>

#include "fairline/core/check.h"

namespace fairline {

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default: {
        const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
        if (is_control && c != '\n' && c != '\t') {
          escaped += "\xEF\xBF\xBD";
        } else {
          escaped += c;
        }
      }
    }
  }
  return escaped;
}

HtmlTable::HtmlTable(std::string_view caption, std::vector<std::string> columns)
    : columns_(std::move(columns)), caption_(Escaped(caption)) {
  head_ = "<thead><tr>";
  for (std::string& column : columns_) {
    const bool is_text = column.ends_with(' ') || &column == &columns_.front();
    head_ += fmt::format("<th scope=\"col\"{}>{}</th>", is_text ? "" : " class=\"figure\"",
                         Escaped(column));
  }
  head_ += "</tr></thead>";
}

void HtmlTable::Row(const std::vector<std::string>& cells_html, std::string_view style) {
  FAIRLINE_CHECK(cells_html.size() == columns_.size(), "one cell per column");
  rows_ += style.empty() ? "<tr>" : fmt::format("<tr class=\"{}\">", style);
  for (size_t i = 0; i < cells_html.size(); ++i) {
    if (i == 0) {
      rows_ += fmt::format("<th scope=\"row\">{}</th>", cells_html[i]);
    } else {
      const bool is_text = columns_[i].ends_with(' ');
      rows_ += fmt::format("<td{}>{}</td>", is_text ? "" : " class=\"figure\"", cells_html[i]);
    }
  }
  rows_ += "</tr>\n";
}

std::string HtmlTable::Html() const {
  // The caption stands outside what scrolls, so that a narrow screen shows all of it.
  return fmt::format(
      "<p class=\"caption\">{0}</p>\n<div class=\"table\" role=\"region\" tabindex=\"0\" "
      "aria-label=\"{0}\"><table>{1}<tbody>\n{2}</tbody></table></div>\n",
      caption_, head_, rows_);
}

std::string HeadingHtml(std::string_view heading, std::string_view remark) {
  return fmt::format("{}<small>{}</small>", Escaped(heading), Escaped(remark));
}

std::string BarHtml(double share, std::string_view style, std::string_view figure_html) {
  return fmt::format(
      "<span class=\"bar\"><span class=\"{}\" style=\"width:{:.1f}%\"></span></span>"
      "<span class=\"amount\">{}</span>",
      style, 100 * std::clamp(share, 0.0, 1.0), figure_html);
}

std::string FoldedHtml(std::string_view title, std::string_view html) {
  return fmt::format("<details><summary>{}</summary>\n{}</details>\n", Escaped(title), html);
}

}  // namespace fairline
