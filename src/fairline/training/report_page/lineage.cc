#include <fmt/format.h>

#include "fairline/models/model.h"
#include "fairline/training/report_page/html.h"
#include "fairline/training/report_page/reader.h"
#include "fairline/training/report_page/sections.h"

namespace fairline {
namespace {

std::string Fact(std::string_view name, const std::string& value_html) {
  return value_html.empty() ? ""
                            : fmt::format("<dt>{}</dt><dd>{}</dd>\n", Escaped(name), value_html);
}

std::string Code(const std::string& text) {
  return text.empty() ? "" : fmt::format("<code>{}</code>", Escaped(text));
}

/// A number or text of the lineage as it stands there.
std::string ValueAt(const Json& json, std::string_view key) {
  const Json& value = PartAt(json, key);
  if (value.is_string()) return Escaped(value.string());
  return value.is_number() ? Escaped(value.Dump()) : "";
}

/// LightGBM's are one text, other algorithms' an object.
std::string ParametersText(const Json& parameters) {
  if (parameters.is_string()) return parameters.string();
  return parameters.is_object() ? parameters.Dump() : "";
}

std::string Rounds(const Json& model) {
  std::string text;
  for (const double round : NumbersAt(model, "best_rounds")) {
    text += (text.empty() ? "" : ", ") + Fixed(round, 0);
  }
  return text;
}

std::string LeftOutTable(const Json::Array& left_out) {
  HtmlTable table("Feature definitions that were left out", {"Feature", "Reason "});
  for (const Json& item : left_out) {
    table.Row({Escaped(TextAt(item, "name")), Escaped(TextAt(item, "reason"))});
  }
  return table.Html();
}

std::string ReferenceTable(const Json::Array& references) {
  HtmlTable table("Populations that the reasons of a decision compare an applicant with",
                  {"Population", "Who ", "Applicants"});
  for (const Json& item : references) {
    table.Row({Escaped(TextAt(item, "name")), Escaped(TextAt(item, "description")),
               Grouped(NumberAt(item, "rows"))});
  }
  return table.Html();
}

constexpr std::string_view kMethods =
    "<details><summary>How the figures are computed</summary>\n<ul>\n"
    "<li>ROC-AUC: Mann-Whitney by mid-ranks; interval by DeLong, DeLong and Clarke-Pearson (1988), "
    "as "
    "in Sun and Xu (2014).</li>\n"
    "<li>Average precision: sum of precision over the steps of recall, without "
    "interpolation.</li>\n"
    "<li>Brier score in parts: Murphy (1973) over the groups of the table; the rest within groups: "
    "Stephenson, Coelho and Jolliffe (2008).</li>\n"
    "<li>Hosmer and Lemeshow (1980): as many degrees of freedom as groups, the PDs being of rows "
    "outside the fit.</li>\n"
    "<li>Spiegelhalter (1986): two-sided.</li>\n"
    "<li>Intervals of default rates: Wilson (1927). Slope and intercept: Cox (1958).</li>\n"
    "<li>Attributions: path-dependent tree SHAP (Lundberg et al. 2020), exact.</li>\n"
    "<li>Curves are thinned to their corners (Douglas and Peucker 1973); the figures are computed "
    "on all rows.</li>\n</ul>\n</details>\n";

}  // namespace

std::string LineageSection(const ReportInput& input) {
  const Json& data = PartAt(input.report, "data");
  const Json& model = PartAt(input.report, "model");
  const Json& lineage = input.lineage;
  std::string html = "<dl class=\"facts\">\n";
  if (data.is_object()) {
    html +=
        Fact("Rows", fmt::format("{}, of which {} defaulted ({})", Grouped(NumberAt(data, "rows")),
                                 Grouped(NumberAt(data, "defaults")),
                                 Percent(NumberAt(data, "default_rate"))));
  }
  html += Fact("Fingerprint of the data", Code(TextAt(data, "fingerprint_sha256"))) +
          Fact("Bundle", Code(input.bundle_digest)) + Fact("Origin", ValueAt(lineage, "origin")) +
          Fact("Imported from", ValueAt(lineage, "imported_from")) +
          Fact("Configuration", ValueAt(lineage, "name")) +
          Fact("Target column", ValueAt(lineage, "target")) +
          Fact("Class weights", ValueAt(lineage, "class_weight")) +
          Fact("Folds", ValueAt(lineage, "folds")) + Fact("Seed", ValueAt(lineage, "seed")) +
          Fact("Model", Escaped(ModelWords(model))) +
          Fact("Best rounds of the folds", Rounds(model)) +
          Fact("Early stopping after", ValueAt(lineage, "early_stopping_rounds")) +
          Fact("Parameters", Code(ParametersText(PartAt(lineage, "parameters")))) +
          Fact("LightGBM", ValueAt(lineage, "lightgbm_version")) +
          Fact("Fairline", ValueAt(lineage, "program_version")) + "</dl>\n";
  const Json::Array& left_out = ListAt(model, "left_out");
  if (!left_out.empty()) html += LeftOutTable(left_out);
  const Json::Array& references = ListAt(input.report, "references");
  if (!references.empty()) html += ReferenceTable(references);
  return html + std::string(kMethods);
}

}  // namespace fairline
