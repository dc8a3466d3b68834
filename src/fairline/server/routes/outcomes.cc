// POST /v1/outcomes: what became of loans, one or many at a time.
#include <fmt/format.h>

#include "fairline/core/limits.h"
#include "fairline/decisioning/loan_outcome.h"
#include "fairline/server/routes/routes.h"

namespace fairline {
namespace {

/// The outcomes of a body: `{"outcomes": […]}`, or one outcome by itself.
Result<std::vector<Json>> OutcomesOf(std::string_view body) {
  if (body.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "the body is empty; send a JSON object");
  }
  const Json json = FAIRLINE_TRY(Json::Parse(body));
  const Json* many = json.Find("outcomes");
  if (many == nullptr) return std::vector{json};
  if (!many->is_array() || json.object().size() != 1) {
    return std::unexpected(Error{ErrorCode::kInvalidArgument,
                                 "send {\"outcomes\": [...]} and nothing beside it",
                                 {},
                                 {{"outcomes", "must be an array, and the only member"}}});
  }
  if (many->array().empty() || many->array().size() > limits::kOutcomesPerRequest) {
    return std::unexpected(
        Error{ErrorCode::kInvalidArgument,
              fmt::format("outcomes: send 1 to {} at a time", limits::kOutcomesPerRequest),
              {},
              {{"outcomes", fmt::format("must have 1 to {} items", limits::kOutcomesPerRequest)}}});
  }
  return many->array();
}

Json RefusalOf(size_t position, const FieldFault& fault) {
  return Json::Object{{"index", position}, {"field", fault.field}, {"message", fault.message}};
}

Result<Response> Create(const Services& services, std::string_view body) {
  const auto items = FAIRLINE_TRY(OutcomesOf(body));
  std::vector<LoanOutcome> outcomes;
  std::vector<size_t> positions;
  Error nothing_stored{ErrorCode::kInvalidArgument, "no outcome could be stored", {}, {}};
  Json refused = Json::MakeArray();
  const auto refuse = [&](size_t position, const FieldFault& fault) {
    refused.Append(RefusalOf(position, fault));
    nothing_stored.faults.push_back(
        {fmt::format("outcomes[{}].{}", position, fault.field), fault.message});
  };
  for (size_t i = 0; i < items.size(); ++i) {
    auto outcome = ReadLoanOutcome(items[i], services.product);
    if (outcome) {
      outcomes.push_back(*std::move(outcome));
      positions.push_back(i);
      continue;
    }
    if (outcome.error().faults.empty()) refuse(i, {"", outcome.error().message});
    for (const FieldFault& fault : outcome.error().faults) refuse(i, fault);
  }
  std::vector<OutcomeAnswer> answers;
  if (!outcomes.empty()) {
    answers = FAIRLINE_TRY(StoreLoanOutcomes(services.database, services.vault, services.ids,
                                             services.clock, outcomes, "api"));
  }
  int64_t stored = 0, known = 0;
  for (size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].kind == OutcomeAnswer::Kind::kRefused) refuse(positions[i], answers[i].fault);
    stored += answers[i].kind == OutcomeAnswer::Kind::kStored ? 1 : 0;
    known += answers[i].kind == OutcomeAnswer::Kind::kKnown ? 1 : 0;
  }
  if (stored + known == 0) return std::unexpected(std::move(nothing_stored));
  return JsonResponse(
      Json::Object{{"stored", stored}, {"known", known}, {"refused", std::move(refused)}});
}

}  // namespace

void CreateOutcomes(const Services& services, std::shared_ptr<Exchange> exchange) {
  exchange->Reply(Create(services, exchange->request().body));
}

}  // namespace fairline
