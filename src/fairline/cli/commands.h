// Every command there is; each is defined in the file of its name (`models register` in
// models_register.cc). app.cc puts them in order.
#pragma once

#include "fairline/cli/command.h"

namespace fairline {

Command DataSampleCommand();
Command FeaturesApplyCommand();
Command TrainCommand();
Command ModelsImportCommand();
Command ModelsRegisterCommand();
Command ModelsTransitionCommand();
Command ModelsListCommand();
Command ModelsShowCommand();
Command ModelsReportCommand();
Command ModelsRollbackCommand();
Command ModelsExplainCommand();
Command ModelsEnginesCommand();
Command ModelsMonotonicityCommand();
Command ServeCommand();
Command PredictCommand();
Command DecisionsShowCommand();
Command DecisionsReplayCommand();
Command AuditVerifyCommand();
Command AuditCheckpointCommand();
Command AuditProveCommand();
Command AuditExportCommand();
Command BackupCreateCommand();
Command BackupListCommand();
Command BackupVerifyCommand();
Command BackupRestoreCommand();
Command BackupDrillCommand();
Command BackupPruneCommand();
Command BackupArchiveWalCommand();
Command BackupFetchWalCommand();
Command OutcomesImportCommand();
Command PrivacyExportCommand();
Command PrivacyEraseCommand();
Command HoldsPlaceCommand();
Command HoldsReleaseCommand();
Command HoldsListCommand();
Command RetentionShowCommand();
Command RetentionRunCommand();
Command KeysRotateCommand();
Command ConfigShowCommand();
Command VersionCommand();

}  // namespace fairline
