// `fairline privacy export`: all that is recorded about an applicant, as one document.
#include <fmt/format.h>

#include <memory>

#include "fairline/cli/change.h"
#include "fairline/cli/commands.h"
#include "fairline/cli/output.h"
#include "fairline/cli/settings.h"
#include "fairline/core/clock.h"
#include "fairline/core/file.h"
#include "fairline/decisioning/decision_store.h"
#include "fairline/decisioning/store.h"
#include "fairline/governance/subjects.h"
#include "fairline/ledger/audit.h"
#include "fairline/server/routes/decision_document.h"

namespace fairline {
namespace {

struct Arguments {
  std::string subject;
  std::optional<std::string> out;
};

Result<Json> OutcomesOf(Database& database, const std::string& decision_id) {
  Json outcomes = Json::MakeArray();
  for (const Row& row : FAIRLINE_TRY(
           database.Query("SELECT observed_on, defaulted, days_past_due, loss_minor FROM outcomes "
                          "WHERE decision_id = $1 ORDER BY observed_on",
                          {decision_id}))) {
    const auto number = [&](size_t column) {
      const auto* value = std::get_if<int64_t>(&row[column]);
      return value == nullptr ? Json() : Json(*value);
    };
    outcomes.Append(Json::Object{{"observed_on", std::get<std::string>(row[0])},
                                 {"defaulted", number(1) == Json(1)},
                                 {"days_past_due", number(2)},
                                 {"loss_minor", number(3)}});
  }
  return outcomes;
}

Result<Json> EventsDocument(Database& database, std::string_view type, const std::string& id) {
  Json events = Json::MakeArray();
  for (const AuditEvent& event : FAIRLINE_TRY(EventsOf(database, type, id))) {
    events.Append(Json::Object{{"event_id", event.id},
                               {"timestamp", FormatTimestamp(event.created_at_micros)},
                               {"action", event.action},
                               {"user_id", event.user_id},
                               {"metadata", event.metadata}});
  }
  return events;
}

Result<Json> ApplicantDocument(Store& store, Vault& vault, const std::string& applicant_id) {
  Json decisions = Json::MakeArray();
  for (const std::string& id : FAIRLINE_TRY(DecisionsOf(store.database(), applicant_id))) {
    const DecisionRecord record = FAIRLINE_TRY(LoadDecision(store.database(), vault, id));
    Json document = DecisionDocument(record);
    document["outcomes"] = FAIRLINE_TRY(OutcomesOf(store.database(), id));
    document["events"] = FAIRLINE_TRY(EventsDocument(store.database(), "decision", id));
    decisions.Append(std::move(document));
  }
  return Json(Json::Object{
      {"applicant_id", applicant_id},
      {"events", FAIRLINE_TRY(EventsDocument(store.database(), "applicant", applicant_id))},
      {"decisions", std::move(decisions)}});
}

Status RecordExport(Store& store, const std::vector<std::string>& applicants) {
  return store.database().Write([&](Transaction& transaction) -> Status {
    for (const std::string& id : applicants) {
      FAIRLINE_TRY(AppendEvent(transaction, {.id = store.ids().Next(),
                                             .entity_type = "applicant",
                                             .entity_id = id,
                                             .action = "privacy.export",
                                             .user_id = CurrentUser(),
                                             .metadata = Json::MakeObject(),
                                             .created_at_micros = SystemClock().NowMicros()}));
    }
    return {};
  });
}

CommandResult Run(const Arguments& arguments, Context& context) {
  const auto store = FAIRLINE_TRY(Store::Open(context.config));
  Vault& vault = *FAIRLINE_TRY(store->OpenVault());
  const auto applicants = FAIRLINE_TRY(FindApplicants(store->database(), vault, arguments.subject));
  Json document = Json::Object{{"subject", arguments.subject}, {"applicants", Json::MakeArray()}};
  for (const std::string& id : applicants) {
    document["applicants"].Append(FAIRLINE_TRY(ApplicantDocument(*store, vault, id)));
  }
  FAIRLINE_TRY(RecordExport(*store, applicants));
  const std::string text = document.Pretty() + "\n";
  if (!arguments.out) {
    Print(text);
    return ExitCode::kOk;
  }
  FAIRLINE_TRY(WriteFileAtomically(*arguments.out, text));
  PrintNote(fmt::format("{} written; it holds personal data in clear\n", *arguments.out));
  return ExitCode::kOk;
}

Action Define(Options& options) {
  auto arguments = std::make_shared<Arguments>();
  options.Required("SUBJECT", "", &arguments->subject,
                   "An applicant_id, or your reference of the applicant");
  options.Optional("-o,--out", "FILE", &arguments->out, "Write it there instead of to stdout");
  DeclareStorage(options);
  return [arguments](Context& context) { return Run(*arguments, context); };
}

}  // namespace

Command PrivacyExportCommand() {
  return {"privacy export", "Give all that is recorded about an applicant",
          "fairline privacy export app-2026-000123 --out subject.json", Define};
}

}  // namespace fairline
