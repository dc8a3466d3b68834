// The card itself: a person can score an applicant with it.
#include <fmt/format.h>

#include "fairline/training/report_page/html.h"
#include "fairline/training/report_page/reader.h"
#include "fairline/training/report_page/sections.h"

namespace fairline {
namespace {

std::string CharacteristicTable(const Json& printed) {
  HtmlTable table(
      fmt::format("{} (information value {}, coefficient {})", TextAt(printed, "feature"),
                  Fixed(NumberAt(printed, "information_value"), 3),
                  Fixed(NumberAt(printed, "coefficient"), 4)),
      {"Range ", "Applicants", "Share", "Default rate", "WOE", "Points"});
  for (const Json& bin : ListAt(printed, "bins")) {
    const double bad_rate = NumberAt(bin, "bad_rate");
    table.Row({Escaped(TextAt(bin, "range")), Grouped(NumberAt(bin, "rows")),
               Percent(NumberAt(bin, "share")), bad_rate >= 0 ? Percent(bad_rate) : "–",
               Fixed(NumberAt(bin, "woe"), 3), Fixed(NumberAt(bin, "points"), 0)});
  }
  return table.Html();
}

std::string LeftOutTable(const Json::Array& left_out) {
  if (left_out.empty()) return {};
  HtmlTable table("Left out of the card", {"Feature", "Reason "});
  for (const Json& item : left_out) {
    table.Row({Escaped(TextAt(item, "feature")), Escaped(TextAt(item, "reason"))});
  }
  return table.Html();
}

}  // namespace

std::string ScorecardSection(const Json& report) {
  const Json& card = PartAt(report, "scorecard");
  if (!card.is_object()) return {};
  const Json& scale = PartAt(card, "scale");
  const Json* rounded = card.Find("rounded");
  std::string html = fmt::format(
      "<p>Add up the points of the applicant's ranges: more are better. {:g} points stand for odds "
      "of {:g} who pay to one who defaults, and {:g} points more double the odds. {}</p>\n",
      NumberAt(scale, "score"), NumberAt(scale, "odds"), NumberAt(scale, "pdo"),
      rounded != nullptr && rounded->boolean()
          ? "These whole points decide."
          : "Decisions use the exact log-odds; the points here are rounded.");
  for (const Json& item : ListAt(card, "characteristics")) html += CharacteristicTable(item);
  return html + LeftOutTable(ListAt(card, "left_out"));
}

}  // namespace fairline
