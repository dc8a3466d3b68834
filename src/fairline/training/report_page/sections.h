// The sections of the report page, each a function from the report to HTML (report_page.cc puts
// them in order), and the words they share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fairline/stats/operating_curve.h"
#include "fairline/training/report_page/chart.h"
#include "fairline/training/report_page/page.h"

namespace fairline {

std::string SummarySection(const ReportInput& input);
std::string SeparationSection(const Json& report);
std::string ProbabilitiesSection(const Json& report);
std::string CutOffSection(const Json& report);
std::string FeaturesSection(const Json& report);
std::string ScorecardSection(const Json& report);
std::string StabilitySection(const Json& report);
std::string LineageSection(const ReportInput& input);

/// Whether the PDs can be taken at their word: one word ("Yes") and the sentence behind it.
struct Verdict {
  std::string word, sentence;
};
Verdict CalibrationVerdict(const Json& report);

/// One chart with its heading and the sentence on how to read it, which is also its description.
std::string Figure(std::string_view id, std::string_view title, std::string_view sentence,
                   const Chart& chart);
/// Stands in the place of a part that this bundle lacks.
std::string MissingPart(std::string_view what);

/// Whether there is more than lineage to show: all figures are made together, from rows with
/// outcomes.
bool HasFigures(const Json& report);
/// Whether the probabilities are PDs; else they are the model's own scores.
bool HasPd(const Json& report);
/// "PD" or "model score".
std::string_view ProbabilityWord(const Json& report);
/// A probability in that space: "9.09%" or "0.0909".
std::string ProbabilityText(const Json& report, double probability);
/// A mean cost, with the digits that its size allows: "0.531", "83.40", "12,345".
std::string CostText(double cost);
/// A cost as the configuration states it: "10", "2.5", "5,000".
std::string StatedCost(double cost);
/// The axis of probabilities on which the distributions, the cost and the cut-offs are drawn.
Axis ProbabilityAxis(const Json& report);

/// A stored curve (report_curves.h), read and checked: as long as its shortest column.
std::vector<OperatingPoint> CurveOf(const Json& part);

}  // namespace fairline
