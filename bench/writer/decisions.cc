// The bundle is registered once in each store: a record names a version that is there.
#include "writer/decisions.h"

#include <utility>

#include "fairline/cli/batch/applicant_file.h"
#include "fairline/cli/bundle_folder.h"
#include "fairline/core/clock.h"
#include "fairline/decisioning/deployment.h"

namespace fairline::bench {

Result<std::vector<DecisionRecord>> Decisions(const std::filesystem::path& bundle,
                                              const std::filesystem::path& applicants,
                                              Store& store) {
  auto versions = store.registry().List("bench");
  if (!versions) {
    const BundleFiles files = FAIRLINE_TRY(ReadBundleFolder(bundle));
    FAIRLINE_TRY(store.registry().Register("bench", files, "", {"bench", "bench"}));
    versions = store.registry().List("bench");
  }
  const ModelVersion version = FAIRLINE_TRY(std::move(versions)).front();
  const auto deployment =
      FAIRLINE_TRY(LoadDeployment(store.registry(), version, {}, "consumer_loan", "USD"));
  const auto file = FAIRLINE_TRY(ApplicantFile::Open(
      applicants.string(), deployment->bundle.plan.signature(), {.features = true}));
  ApplicantChunk chunk;
  FAIRLINE_TRY(file->Next(kDifferentDecisions, chunk));
  std::vector<DecisionRecord> decisions;
  for (const Json& features : chunk.features) {
    Application application = FAIRLINE_TRY(ReadApplication(*deployment, features));
    decisions.push_back(
        FAIRLINE_TRY(Decide(*deployment, std::move(application), SystemClock(), store.ids())));
  }
  return decisions;
}

DecisionRecord Anew(const DecisionRecord& decision, IdGenerator& ids) {
  DecisionRecord record = decision;
  record.decision_id = ids.Next();
  record.prediction_id = ids.Next();
  record.application_id = ids.Next();
  record.applicant_id = ids.Next();
  record.created_at_micros = SystemClock().NowMicros();
  record.application.external_ref = record.applicant_id;  // everybody is new
  return record;
}

}  // namespace fairline::bench
