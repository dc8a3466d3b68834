// One line per thing that was looked at, its name in front; what was changed comes last, where the
// eye stops.
#include "fairline/cli/audit_report.h"

#include <fmt/format.h>

#include "fairline/cli/output.h"
#include "fairline/core/clock.h"

namespace fairline {
namespace {

std::string Line(std::string_view name, std::string_view text) {
  return fmt::format("{:<12} {}\n", name, text);
}

std::string Since(const LedgerTail& tail) {
  return tail.since.empty() ? "" : fmt::format(" since {}", TimeInWords(tail.since));
}

std::string SignedText(const Checkpoint& checkpoint) {
  return fmt::format("{}, signed {}", CountOf(checkpoint.tree_size, "event"),
                     TimeInWords(FormatTimestamp(checkpoint.signed_micros)));
}

std::string CheckpointsLine(const LedgerReport& report) {
  if (report.checkpoints == 0) return "none is stored";
  return fmt::format("{}; the newest that the events agree with covers {}",
                     CountOf(report.checkpoints, "checkpoint"),
                     report.newest_good ? SignedText(*report.newest_good) : "nothing");
}

std::string Tails(const LedgerReport& report) {
  std::string lines;
  if (report.not_signed.events > 0) {
    lines +=
        Line("not signed",
             fmt::format("{}{}: in the order, and no checkpoint vouches for them yet",
                         CountOf(report.not_signed.events, "event"), Since(report.not_signed)));
  }
  if (report.not_ordered.events > 0) {
    lines += Line("not ordered", fmt::format("{}{}: chained, and without an index yet",
                                             CountOf(report.not_ordered.events, "event"),
                                             Since(report.not_ordered)));
  }
  if (report.events_before_ledger > 0) {
    lines += Line("older", fmt::format("{} of a release without a ledger: nothing protects them",
                                       CountOf(report.events_before_ledger, "event")));
  }
  return lines;
}

Json CheckpointJson(const std::optional<Checkpoint>& checkpoint) {
  if (!checkpoint) return {};
  Json json = Json::MakeObject();
  json["tree_size"] = checkpoint->tree_size;
  json["signed_at"] = FormatTimestamp(checkpoint->signed_micros);
  return json;
}

Json TailJson(const LedgerTail& tail) {
  Json json = Json::MakeObject();
  json["events"] = tail.events;
  json["since"] = tail.since.empty() ? Json() : Json(tail.since);
  return json;
}

Json FindingJson(const LedgerFinding& finding) {
  Json json = Json::MakeObject();
  json["index"] = finding.index ? Json(*finding.index) : Json();
  json["event_id"] = finding.event_id.empty() ? Json() : Json(finding.event_id);
  json["writer"] = finding.position ? Json(finding.position->writer) : Json();
  json["seq"] = finding.position ? Json(finding.position->seq) : Json();
  json["what"] = finding.what;
  return json;
}

}  // namespace

std::string CountOf(int64_t count, std::string_view what) {
  std::string digits = std::to_string(count);
  for (int64_t at = static_cast<int64_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return fmt::format("{} {}{}", digits, what, count == 1 ? "" : "s");
}

std::string TimeInWords(std::string_view timestamp) {
  if (timestamp.size() < 19) return std::string(timestamp);
  return fmt::format("{} {} UTC", timestamp.substr(0, 10), timestamp.substr(11, 8));
}

std::string ReportPage(const LedgerReport& report, bool key_kept) {
  std::string page = Line("events", fmt::format("{} in {}", CountOf(report.events, "event"),
                                                CountOf(report.writers, "chain")));
  if (report.erased > 0) {
    page += Line("erased", fmt::format("{}: what they said is gone, that they were there is proven",
                                       CountOf(report.erased, "event")));
  }
  page += Line("checkpoints", CheckpointsLine(report));
  if (report.kept > 0) {
    page += Line("kept", fmt::format("compared with {}", CountOf(report.kept, "kept checkpoint")));
  }
  page += Line("public key", key_kept ? "the one given"
                                      : "this store's own (--public-key compares with a kept one)");
  page += Tails(report);
  page += "\n";
  if (report.ok()) return page + PaintOut(Style::kGood, "intact") + "\n";
  page +=
      PaintOut(Style::kBad, fmt::format("changed: {}", CountOf(report.findings_total, "finding")));
  page += "\n";
  for (const LedgerFinding& finding : report.findings) page += "  " + finding.Text() + "\n";
  const int64_t more = report.findings_total - static_cast<int64_t>(report.findings.size());
  if (more > 0) page += fmt::format("  and {} more\n", more);
  return page;
}

Json ReportDocument(const LedgerReport& report) {
  Json json = Json::MakeObject();
  json["intact"] = report.ok();
  json["events"] = report.events;
  json["erased"] = report.erased;
  json["chains"] = report.writers;
  json["checkpoints"] = report.checkpoints;
  json["kept_checkpoints"] = report.kept;
  json["newest_checkpoint"] = CheckpointJson(report.newest_good);
  json["first_divergent_checkpoint"] = CheckpointJson(report.first_divergent);
  json["not_signed"] = TailJson(report.not_signed);
  json["not_ordered"] = TailJson(report.not_ordered);
  json["events_before_ledger"] = report.events_before_ledger;
  json["findings_total"] = report.findings_total;
  json["findings"] = Json::MakeArray();
  for (const LedgerFinding& finding : report.findings)
    json["findings"].Append(FindingJson(finding));
  return json;
}

}  // namespace fairline
