// Stored decisions for the tests of this module, made at a time of the test's choice.
#pragma once

#include <future>
#include <string>

#include "fairline/decisioning/decision_store.h"
#include "fairline/decisioning/decision_writer.h"
#include "fairline/decisioning/test_deployment.h"

namespace fairline {

struct TestRecords : TestStore {
  /// Decides and stores; returns the record as stored.
  DecisionRecord Store(std::string external_ref, int64_t at_micros = SystemClock().NowMicros(),
                       std::string product = "consumer_loan") {
    const ManualClock then(at_micros);
    IdGenerator ids_then(then);
    auto record =
        Decide(*deployment, TestApplication(400000, std::move(external_ref)), then, ids_then);
    record->application.product = std::move(product);
    Metrics metrics;
    DecisionWriter writer(*database, *vault, ids_then, metrics);
    std::promise<Result<Committed>> done;
    writer.Submit(*std::move(record), IdempotencyKey{ids.Next(), "request"},
                  [&](Result<Committed> result) { done.set_value(std::move(result)); });
    auto committed = done.get_future().get();
    FAIRLINE_CHECK(committed, "the test's decision is stored");
    return std::move(committed->record);
  }

  Result<DecisionRecord> Load(const DecisionRecord& record) {
    return LoadDecision(*database, *vault, record.decision_id);
  }

  int64_t Count(const std::string& table) {
    return std::get<int64_t>(database->Query("SELECT COUNT(*) FROM " + table)->front()[0]);
  }
};

}  // namespace fairline
