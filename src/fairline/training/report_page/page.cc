// What a reader needs first comes first; each section can be read by itself.
#include "fairline/training/report_page/page.h"

#include <fmt/format.h>

#include <vector>

#include "fairline/training/report_page/html.h"
#include "fairline/training/report_page/reader.h"
#include "fairline/training/report_page/sections.h"
#include "fairline/training/report_page/style.h"

namespace fairline {
namespace {

struct Section {
  std::string_view id, title;
  std::string html;
};

std::string Header(const ReportInput& input) {
  std::string about;
  const auto add = [&](const std::string& text) {
    if (!text.empty()) about += (about.empty() ? "" : " · ") + Escaped(text);
  };
  add(input.stage.empty() ? "not registered" : "stage: " + input.stage);
  if (!input.registered_at.empty()) add("registered " + input.registered_at);
  if (!input.bundle_digest.empty()) add("bundle " + input.bundle_digest.substr(0, 12));
  return fmt::format(
      "<header>\n<p class=\"kicker\">Validation report</p>\n<h1>{}</h1>\n<p "
      "class=\"meta\">{}</p>\n</header>\n",
      Escaped(input.name), about);
}

std::string Remarks(const Json& report) {
  std::string html;
  for (const Json& warning : ListAt(report, "warnings")) {
    if (!warning.is_string()) continue;
    html += fmt::format("<p class=\"note\"><b>Warning:</b> {}</p>\n", Escaped(warning.string()));
  }
  const std::string note = TextAt(report, "note");
  if (!note.empty()) html += fmt::format("<p class=\"note\">{}</p>\n", Escaped(note));
  return html;
}

}  // namespace

std::string ReportPage(const ReportInput& input) {
  const Json& report = input.report;
  std::vector<Section> sections;
  if (HasFigures(report)) {
    sections = {{"separation", "How well it separates", SeparationSection(report)},
                {"probabilities", "Whether its probabilities hold", ProbabilitiesSection(report)},
                {"cut-off", "What the cut-off does", CutOffSection(report)},
                {"features", "What moves the score", FeaturesSection(report)},
                {"scorecard", "The scorecard", ScorecardSection(report)},
                {"stability", "Stability across folds", StabilitySection(report)}};
  }
  sections.push_back({"lineage", "Data and lineage", LineageSection(input)});
  std::erase_if(sections, [](const Section& section) { return section.html.empty(); });
  std::string links, body;
  for (const Section& section : sections) {
    links += fmt::format("<a href=\"#{}\">{}</a>\n", section.id, section.title);
    body += fmt::format(
        "<section id=\"{0}\" aria-labelledby=\"{0}-heading\">\n<h2 "
        "id=\"{0}-heading\">{1}</h2>\n{2}</section>\n",
        section.id, section.title, section.html);
  }
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>Validation report: {}</title>\n<style>{}</style>\n</head>\n<body>\n{}"
      "<main>\n{}{}<nav aria-label=\"Sections\">\n{}</nav>\n{}</main>\n</body>\n</html>\n",
      Escaped(input.name), kReportStyle, Header(input), Remarks(report), SummarySection(input),
      links, body);
}

}  // namespace fairline
