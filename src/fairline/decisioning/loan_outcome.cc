// Reading, matching and storing observations.
#include "fairline/decisioning/loan_outcome.h"

#include <fmt/format.h>

#include <array>

#include "fairline/core/limits.h"
#include "fairline/ledger/audit.h"

namespace fairline {
namespace {

constexpr int64_t kDaysPastDueMax = 36'500;

Date DayOf(int64_t micros) {
  return std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(micros)));
}

// Files give whole numbers as doubles, and 0 and 1 for false and true.
std::optional<int64_t> WholeNumber(const Json& value) {
  if (value.is_integer()) return value.integer();
  if (!value.is_number()) return std::nullopt;
  const double number = value.number();
  if (!(number >= -1e15 && number <= 1e15)) return std::nullopt;
  const auto whole = static_cast<int64_t>(number);
  return static_cast<double>(whole) == number ? std::optional(whole) : std::nullopt;
}

class OutcomeReader {
 public:
  explicit OutcomeReader(std::string_view default_product) { outcome_.product = default_product; }

  Result<LoanOutcome> Read(const Json& json) {
    if (!json.is_object()) {
      return Fail(ErrorCode::kInvalidArgument,
                  fmt::format("an outcome is an object, not {}", json.kind_name()));
    }
    for (const auto& [name, value] : json.object()) ReadField(name, value);
    if (outcome_.decision_id.empty() == outcome_.external_ref.empty()) {
      Note("decision_id", "give decision_id or external_ref, and not both");
    }
    if (!has_day_) Note("observed_on", "is required: the day of the observation");
    if (!has_default_) Note("defaulted", "is required: true or false");
    if (faults_.empty()) return std::move(outcome_);
    std::string message;
    for (const FieldFault& fault : faults_) {
      message += fmt::format("{}{} {}", message.empty() ? "" : "; ", fault.field, fault.message);
    }
    return std::unexpected(
        Error{ErrorCode::kInvalidArgument, std::move(message), {}, std::move(faults_)});
  }

 private:
  void ReadField(const std::string& name, const Json& value) {
    if (name == "defaulted") return ReadDefaulted(value);
    if (value.is_null()) return;
    if (name == "decision_id") return ReadText(name, value, outcome_.decision_id);
    if (name == "external_ref") return ReadText(name, value, outcome_.external_ref);
    if (name == "product") return ReadText(name, value, outcome_.product);
    if (name == "observed_on") return ReadDay(value);
    if (name == "days_past_due") {
      return ReadAmount(name, value, kDaysPastDueMax, outcome_.days_past_due);
    }
    if (name == "loss_minor") {
      return ReadAmount(name, value, limits::kAmountMinorMax, outcome_.loss_minor);
    }
    Note(name, "is not a field of an outcome");
  }

  void ReadText(const std::string& name, const Json& value, std::string& text) {
    if (const auto number = WholeNumber(value); number && name == "external_ref") {
      text = fmt::format("{}", *number);
    } else if (!value.is_string()) {
      Note(name, fmt::format("must be a string, not {}", value.kind_name()));
    } else if (value.string().size() > limits::kExternalRefBytes) {
      Note(name, fmt::format("is longer than {} bytes", limits::kExternalRefBytes));
    } else {
      text = value.string();
    }
  }

  void ReadDay(const Json& value) {
    has_day_ = true;
    const auto day = value.is_string() ? ParseDate(value.string())
                                       : Fail(ErrorCode::kInvalidArgument, "is no string");
    if (day) {
      outcome_.observed_on = *day;
    } else {
      Note("observed_on", "must be a day like 2027-11-21");
    }
  }

  void ReadDefaulted(const Json& value) {
    if (value.is_null()) return;
    has_default_ = true;
    const auto number = WholeNumber(value);
    if (value.is_bool()) {
      outcome_.defaulted = value.boolean();
    } else if (number && (*number == 0 || *number == 1)) {
      outcome_.defaulted = *number == 1;
    } else {
      Note("defaulted", "must be true or false, or 1 or 0");
    }
  }

  void ReadAmount(const std::string& name, const Json& value, int64_t largest,
                  std::optional<int64_t>& amount) {
    amount = WholeNumber(value);
    if (!amount || *amount < 0 || *amount > largest) {
      Note(name, fmt::format("must be a whole number from 0 to {}", largest));
    }
  }

  void Note(std::string field, std::string message) {
    faults_.push_back({std::move(field), std::move(message)});
  }

  LoanOutcome outcome_;
  std::vector<FieldFault> faults_;
  bool has_day_ = false, has_default_ = false;
};

/// The decision an outcome is about.
struct Match {
  std::string decision_id;
  Date decided_on;
};

std::optional<Match> MatchOf(const std::vector<Row>& rows) {
  if (rows.empty()) return std::nullopt;
  const auto at = ParseTimestamp(std::get<std::string>(rows[0][1]));
  return Match{std::get<std::string>(rows[0][0]), at ? DayOf(*at) : Date()};
}

Result<std::optional<Match>> FindDecision(Transaction& transaction, const Vault& vault,
                                          const LoanOutcome& outcome) {
  if (!outcome.decision_id.empty()) {
    if (!IsUuid(outcome.decision_id)) return std::nullopt;
    return MatchOf(FAIRLINE_TRY(transaction.Query(
        "SELECT id, created_at FROM decisions WHERE id = $1", {outcome.decision_id})));
  }
  const auto next_day = outcome.observed_on + std::chrono::days(1);
  const auto before =
      std::chrono::duration_cast<std::chrono::microseconds>(next_day.time_since_epoch());
  return MatchOf(FAIRLINE_TRY(transaction.Query(
      "SELECT d.id, d.created_at FROM applicants s "
      "JOIN applications a ON a.applicant_id = s.id JOIN predictions p ON p.application_id = a.id "
      "JOIN decisions d ON d.prediction_id = p.id "
      "WHERE s.reference_index = $1 AND d.created_at < $2 ORDER BY d.id DESC LIMIT 1",
      {Blob{vault.ReferenceIndex(outcome.product, outcome.external_ref)},
       FormatTimestamp(before.count())})));
}

Value OrNull(const std::optional<int64_t>& number) { return number ? Value(*number) : Value(); }

OutcomeAnswer Refused(std::string decision_id, std::string field, std::string message) {
  return {OutcomeAnswer::Kind::kRefused,
          std::move(decision_id),
          {std::move(field), std::move(message)}};
}

class OutcomeStorer {
 public:
  OutcomeStorer(Transaction& transaction, const Vault& vault, IdGenerator& ids, int64_t now_micros,
                std::string_view user)
      : transaction_(transaction), vault_(vault), ids_(ids), now_micros_(now_micros), user_(user) {}

  Result<OutcomeAnswer> Store(const LoanOutcome& outcome) {
    const auto match = FAIRLINE_TRY(FindDecision(transaction_, vault_, outcome));
    if (!match) {
      return outcome.decision_id.empty()
                 ? Refused("", "external_ref",
                           "no decision on this reference and product up to that day")
                 : Refused("", "decision_id", "there is no decision with this id");
    }
    if (outcome.observed_on < match->decided_on) {
      return Refused(match->decision_id, "observed_on",
                     fmt::format("is before the decision, which was made on {}",
                                 FormatDate(match->decided_on)));
    }
    if (outcome.observed_on > DayOf(now_micros_) + std::chrono::days(1)) {
      return Refused(match->decision_id, "observed_on", "is in the future");
    }
    return StoreFor(match->decision_id, outcome);
  }

 private:
  Result<OutcomeAnswer> StoreFor(const std::string& decision_id, const LoanOutcome& outcome) {
    const Row values = {int64_t{outcome.defaulted}, OrNull(outcome.days_past_due),
                        OrNull(outcome.loss_minor)};
    const auto stored =
        FAIRLINE_TRY(transaction_.Query("SELECT defaulted, days_past_due, loss_minor FROM outcomes "
                                        "WHERE decision_id = $1 AND observed_on = $2",
                                        {decision_id, FormatDate(outcome.observed_on)}));
    if (!stored.empty()) {
      if (stored.front() == values)
        return OutcomeAnswer{OutcomeAnswer::Kind::kKnown, decision_id, {}};
      return Refused(decision_id, "observed_on",
                     "contradicts what is stored for this decision and day: send the correction "
                     "with the day it was made on");
    }
    FAIRLINE_TRY(transaction_.Execute(
        "INSERT INTO outcomes (id, decision_id, observed_on, defaulted, days_past_due, loss_minor, "
        "source, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        {ids_.Next(), decision_id, FormatDate(outcome.observed_on), values[0], values[1], values[2],
         std::string(user_), FormatTimestamp(now_micros_)}));
    return OutcomeAnswer{OutcomeAnswer::Kind::kStored, decision_id, {}};
  }

  Transaction& transaction_;
  const Vault& vault_;
  IdGenerator& ids_;
  const int64_t now_micros_;
  const std::string_view user_;
};

}  // namespace

Result<LoanOutcome> ReadLoanOutcome(const Json& json, std::string_view default_product) {
  return OutcomeReader(default_product).Read(json);
}

Result<std::vector<OutcomeAnswer>> StoreLoanOutcomes(Database& database, const Vault& vault,
                                                     IdGenerator& ids, const Clock& clock,
                                                     std::span<const LoanOutcome> outcomes,
                                                     std::string_view user) {
  const int64_t now = clock.NowMicros();
  std::vector<OutcomeAnswer> answers;
  FAIRLINE_TRY(database.Write([&](Transaction& transaction) -> Status {
    answers.clear();
    std::array<int64_t, 3> counts{};
    OutcomeStorer storer(transaction, vault, ids, now, user);
    for (const LoanOutcome& outcome : outcomes) {
      answers.push_back(FAIRLINE_TRY(storer.Store(outcome)));
      ++counts[static_cast<size_t>(answers.back().kind)];
    }
    const AuditEvent event{
        .id = ids.Next(),
        .entity_type = "outcomes",
        .entity_id = ids.Next(),
        .action = "outcomes.create",
        .user_id = std::string(user),
        .metadata =
            Json::Object{{"stored", counts[0]}, {"known", counts[1]}, {"refused", counts[2]}},
        .created_at_micros = now};
    return AppendEvent(transaction, event);
  }));
  return answers;
}

}  // namespace fairline
