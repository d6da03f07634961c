// The IAM actions of the services that run here, so that a misspelt one is found before a deploy. Taken from the operations of
// the AWS SDK; where IAM's names differ (S3, Lambda, batches), from the Service Authorization Reference.

const split = (names: string): readonly string[] => names.trim().split(/\s+/);

/** Action names by service prefix; services that are not in here are not checked. */
export const KNOWN_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  s3: split(`
    AbortMultipartUpload BypassGovernanceRetention CreateAccessPoint CreateBucket CreateJob DeleteAccessPoint
    DeleteBucket DeleteBucketPolicy DeleteBucketWebsite DeleteObject DeleteObjectTagging DeleteObjectVersion
    DeleteObjectVersionTagging DescribeJob GetAccelerateConfiguration GetAccessPoint GetAccountPublicAccessBlock
    GetAnalyticsConfiguration GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging GetBucketNotification
    GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus
    GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite
    GetEncryptionConfiguration GetIntelligentTieringConfiguration GetInventoryConfiguration GetLifecycleConfiguration
    GetMetricsConfiguration GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectRetention
    GetObjectTagging GetObjectTorrent GetObjectVersion GetObjectVersionAcl GetObjectVersionAttributes
    GetObjectVersionForReplication GetObjectVersionTagging GetObjectVersionTorrent GetReplicationConfiguration
    InitiateReplication ListAccessPoints ListAllMyBuckets ListBucket ListBucketMultipartUploads ListBucketVersions
    ListJobs ListMultipartUploadParts ListTagsForResource ObjectOwnerOverrideToBucketOwner PauseReplication
    PutAccelerateConfiguration PutAccountPublicAccessBlock PutAnalyticsConfiguration PutBucketAcl PutBucketCORS
    PutBucketLogging PutBucketNotification PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPolicy
    PutBucketPublicAccessBlock PutBucketRequestPayment PutBucketTagging PutBucketVersioning PutBucketWebsite
    PutEncryptionConfiguration PutIntelligentTieringConfiguration PutInventoryConfiguration PutLifecycleConfiguration
    PutMetricsConfiguration PutObject PutObjectAcl PutObjectLegalHold PutObjectRetention PutObjectTagging
    PutObjectVersionAcl PutObjectVersionTagging PutReplicationConfiguration ReplicateDelete ReplicateObject
    ReplicateTags RestoreObject TagResource UntagResource UpdateObjectEncryption
  `),
  dynamodb: split(`
    BatchGetItem BatchWriteItem CancelBulkOperation ConditionCheckItem CreateBackup CreateGlobalTable CreateTable
    CreateTableReplica DeleteBackup DeleteItem DeleteResourcePolicy DeleteTable DeleteTableReplica DescribeBackup
    DescribeBulkOperation DescribeContinuousBackups DescribeContributorInsights DescribeEndpoints DescribeExport
    DescribeGlobalTable DescribeGlobalTableSettings DescribeImport DescribeKinesisStreamingDestination DescribeLimits
    DescribeReservedCapacity DescribeReservedCapacityOfferings DescribeStream DescribeTable
    DescribeTableReplicaAutoScaling DescribeTimeToLive DisableKinesisStreamingDestination
    EnableKinesisStreamingDestination ExportTableToPointInTime GetItem GetRecords GetResourcePolicy GetShardIterator
    ImportTable ListBackups ListBulkOperations ListContributorInsights ListExports ListGlobalTables ListImports
    ListStreams ListTables ListTagsOfResource PartiQLDelete PartiQLInsert PartiQLSelect PartiQLUpdate
    PurchaseReservedCapacityOfferings PutItem PutResourcePolicy Query RestoreTableFromAwsBackup RestoreTableFromBackup
    RestoreTableToPointInTime Scan SearchVectors StartAwsBackupJob StartBulkPutItems TagResource UntagResource
    UpdateContinuousBackups UpdateContributorInsights UpdateGlobalTable UpdateGlobalTableSettings UpdateItem
    UpdateKinesisStreamingDestination UpdateTable UpdateTableReplicaAutoScaling UpdateTimeToLive
  `),
  sqs: split(`
    AddPermission CancelMessageMoveTask ChangeMessageVisibility CreateQueue DeleteMessage DeleteQueue
    GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues ListMessageMoveTasks ListQueueTags ListQueues PurgeQueue
    ReceiveMessage RemovePermission SendMessage SetQueueAttributes StartMessageMoveTask TagQueue UntagQueue
  `),
  lambda: split(`
    AddLayerVersionPermission AddPermission CheckpointDurableExecution CreateAlias CreateCapacityProvider
    CreateCodeSigningConfig CreateEventSourceMapping CreateFunction CreateFunctionUrlConfig DeleteAlias
    DeleteCapacityProvider DeleteCodeSigningConfig DeleteEventSourceMapping DeleteFunction
    DeleteFunctionCodeSigningConfig DeleteFunctionConcurrency DeleteFunctionEventInvokeConfig DeleteFunctionUrlConfig
    DeleteLayerVersion DeleteProvisionedConcurrencyConfig DeleteResourcePolicy DisableReplication EnableReplication
    GetAccountSettings GetAlias GetCapacityProvider GetCodeSigningConfig GetDurableExecution
    GetDurableExecutionHistory GetDurableExecutionState GetEventSourceMapping GetFunction GetFunctionCodeSigningConfig
    GetFunctionConcurrency GetFunctionConfiguration GetFunctionEventInvokeConfig GetFunctionRecursionConfig
    GetFunctionScalingConfig GetFunctionUrlConfig GetLayerVersion GetLayerVersionByArn GetLayerVersionPolicy GetPolicy
    GetProvisionedConcurrencyConfig GetResourcePolicy GetRuntimeManagementConfig InvokeAsync InvokeFunction
    InvokeFunctionUrl ListAliases ListCapacityProviders ListCodeSigningConfigs ListDurableExecutionsByFunction
    ListEventSourceMappings ListFunctionEventInvokeConfigs ListFunctionUrlConfigs
    ListFunctionVersionsByCapacityProvider ListFunctions ListFunctionsByCodeSigningConfig ListLayerVersions ListLayers
    ListProvisionedConcurrencyConfigs ListTags ListVersionsByFunction PublishLayerVersion PublishVersion
    PutFunctionCodeSigningConfig PutFunctionConcurrency PutFunctionEventInvokeConfig PutFunctionRecursionConfig
    PutFunctionScalingConfig PutProvisionedConcurrencyConfig PutResourcePolicy PutRuntimeManagementConfig
    RemoveLayerVersionPermission RemovePermission SendDurableExecutionCallbackFailure
    SendDurableExecutionCallbackHeartbeat SendDurableExecutionCallbackSuccess StopDurableExecution TagResource
    UntagResource UpdateAlias UpdateCapacityProvider UpdateCodeSigningConfig UpdateEventSourceMapping
    UpdateFunctionCode UpdateFunctionConfiguration UpdateFunctionEventInvokeConfig UpdateFunctionUrlConfig
  `),
  logs: split(`
    AssociateKmsKey AssociateSourceToS3TableIntegration CancelExportTask CancelImportTask CreateDelivery
    CreateExportTask CreateImportTask CreateLogAnomalyDetector CreateLogDelivery CreateLogGroup CreateLogStream
    CreateLookupTable CreateScheduledQuery DeleteAccountPolicy DeleteDataProtectionPolicy DeleteDelivery
    DeleteDeliveryDestination DeleteDeliveryDestinationPolicy DeleteDeliverySource DeleteDestination DeleteIndexPolicy
    DeleteIntegration DeleteLogAnomalyDetector DeleteLogDelivery DeleteLogGroup DeleteLogStream DeleteLookupTable
    DeleteMetricFilter DeleteQueryDefinition DeleteResourcePolicy DeleteRetentionPolicy DeleteScheduledQuery
    DeleteSubscriptionFilter DeleteSyslogConfiguration DeleteTransformer DescribeAccountPolicies
    DescribeConfigurationTemplates DescribeDeliveries DescribeDeliveryDestinations DescribeDeliverySources
    DescribeDestinations DescribeExportTasks DescribeFieldIndexes DescribeImportTaskBatches DescribeImportTasks
    DescribeIndexPolicies DescribeLogGroups DescribeLogStreams DescribeLookupTables DescribeMetricFilters
    DescribeQueries DescribeQueryDefinitions DescribeResourcePolicies DescribeSubscriptionFilters DisassociateKmsKey
    DisassociateSourceFromS3TableIntegration FilterLogEvents GetDataProtectionPolicy GetDelivery
    GetDeliveryDestination GetDeliveryDestinationPolicy GetDeliverySource GetIntegration GetLogAnomalyDetector
    GetLogDelivery GetLogEvents GetLogFields GetLogGroupFields GetLogObject GetLogRecord GetLookupTable
    GetQueryResults GetScheduledQuery GetScheduledQueryHistory GetStorageTierPolicy GetTransformer Link
    ListAggregateLogGroupSummaries ListAnomalies ListIntegrations ListLogAnomalyDetectors ListLogDeliveries
    ListLogGroups ListLogGroupsForQuery ListScheduledQueries ListSourcesForS3TableIntegration ListSyslogConfigurations
    ListTagsForResource ListTagsLogGroup PutAccountPolicy PutBearerTokenAuthentication PutDataProtectionPolicy
    PutDeliveryDestination PutDeliveryDestinationPolicy PutDeliverySource PutDestination PutDestinationPolicy
    PutIndexPolicy PutIntegration PutLogEvents PutLogGroupDeletionProtection PutMetricFilter PutQueryDefinition
    PutResourcePolicy PutRetentionPolicy PutStorageTierPolicy PutSubscriptionFilter PutSyslogConfiguration
    PutTransformer StartLiveTail StartQuery StopLiveTail StopQuery TagLogGroup TagResource TestMetricFilter
    TestTransformer Unmask UntagLogGroup UntagResource UpdateAnomaly UpdateDeliveryConfiguration
    UpdateLogAnomalyDetector UpdateLogDelivery UpdateLookupTable UpdateScheduledQuery
  `),
  cloudwatch: split(`
    AssociateDatasetKmsKey CreateResourceMetricsConfiguration DeleteAlarmMuteRule DeleteAlarms DeleteAnomalyDetector
    DeleteDashboards DeleteInsightRules DeleteMetricStream DeleteResourceMetricsConfiguration
    DescribeAlarmContributors DescribeAlarmHistory DescribeAlarms DescribeAlarmsForMetric DescribeAnomalyDetectors
    DescribeInsightRules DisableAlarmActions DisableInsightRules DisassociateDatasetKmsKey EnableAlarmActions
    EnableInsightRules GenerateQuery GetAlarmMuteRule GetDashboard GetDataset GetInsightRuleReport GetMetricData
    GetMetricStatistics GetMetricStream GetMetricWidgetImage GetOTelEnrichment GetResourceMetricsConfiguration Link
    ListAlarmMuteRules ListDashboards ListManagedInsightRules ListMetricStreams ListMetrics ListServices
    ListTagsForResource PutAlarmMuteRule PutAnomalyDetector PutCompositeAlarm PutDashboard PutInsightRule PutLogAlarm
    PutManagedInsightRules PutMetricAlarm PutMetricData PutMetricStream SetAlarmState StartMetricStreams
    StartOTelEnrichment StopMetricStreams StopOTelEnrichment TagResource UntagResource UpdateOTelEnrichment
    UpdateResourceMetricsConfiguration
  `),
  events: split(`
    ActivateEventSource CancelReplay CreateApiDestination CreateArchive CreateConnection CreateEndpoint CreateEventBus
    CreatePartnerEventSource DeactivateEventSource DeauthorizeConnection DeleteApiDestination DeleteArchive
    DeleteConnection DeleteEndpoint DeleteEventBus DeletePartnerEventSource DeleteRule DescribeApiDestination
    DescribeArchive DescribeConnection DescribeEndpoint DescribeEventBus DescribeEventSource
    DescribePartnerEventSource DescribeReplay DescribeRule DisableRule EnableRule InvokeApiDestination
    ListApiDestinations ListArchives ListConnections ListEndpoints ListEventBuses ListEventSources
    ListPartnerEventSourceAccounts ListPartnerEventSources ListReplays ListRuleNamesByTarget ListRules
    ListTagsForResource ListTargetsByRule PutEvents PutPartnerEvents PutPermission PutRule PutTargets RemovePermission
    RemoveTargets RetrieveConnectionCredentials StartReplay TagResource TestEventPattern UntagResource
    UpdateApiDestination UpdateArchive UpdateConnection UpdateEndpoint UpdateEventBus
  `),
  "cognito-idp": split(`
    AddCustomAttributes AddUserPoolClientSecret AdminAddUserToGroup AdminConfirmSignUp AdminCreateUser
    AdminDeleteSoftwareToken AdminDeleteUser AdminDeleteUserAttributes AdminDisableProviderForUser AdminDisableUser
    AdminEnableUser AdminForgetDevice AdminGetDevice AdminGetUser AdminGetUserAuthFactors AdminInitiateAuth
    AdminLinkProviderForUser AdminListDevices AdminListGroupsForUser AdminListUserAuthEvents AdminListUserSessions
    AdminRemoveUserFromGroup AdminResetUserPassword AdminRespondToAuthChallenge AdminRevokeUserSession
    AdminSetUserMFAPreference AdminSetUserPassword AdminSetUserSettings AdminUpdateAuthEventFeedback
    AdminUpdateDeviceStatus AdminUpdateUserAttributes AdminUserGlobalSignOut AssociateSoftwareToken AssociateWebACL
    ChangePassword CompleteWebAuthnRegistration ConfirmDevice ConfirmForgotPassword ConfirmSignUp CreateGroup
    CreateIdentityProvider CreateManagedLoginBranding CreateResourceServer CreateTerms CreateUserImportJob
    CreateUserPool CreateUserPoolClient CreateUserPoolDomain CreateUserPoolReplica DeleteGroup DeleteIdentityProvider
    DeleteManagedLoginBranding DeleteResourceServer DeleteTerms DeleteUser DeleteUserAttributes DeleteUserPool
    DeleteUserPoolClient DeleteUserPoolClientSecret DeleteUserPoolDomain DeleteUserPoolReplica
    DeleteWebAuthnCredential DescribeIdentityProvider DescribeManagedLoginBranding
    DescribeManagedLoginBrandingByClient DescribeResourceServer DescribeRiskConfiguration DescribeTerms
    DescribeTermsByClient DescribeUserImportJob DescribeUserPool DescribeUserPoolClient DescribeUserPoolDomain
    DisassociateWebACL ForgetDevice ForgotPassword GetCSVHeader GetClientToken GetDevice GetGroup
    GetIdentityProviderByIdentifier GetLogDeliveryConfiguration GetProvisionedLimit GetSigningCertificate
    GetTokensFromRefreshToken GetUICustomization GetUser GetUserAttributeVerificationCode GetUserAuthFactors
    GetUserPoolClientSessionConfiguration GetUserPoolMfaConfig GetUserPoolSessionConfiguration GetWebACLForResource
    GlobalSignOut InitiateAuth ListDevices ListGroups ListIdentityProviders ListResourceServers ListResourcesForWebACL
    ListTagsForResource ListTerms ListUserImportJobs ListUserPoolClientSecrets ListUserPoolClients
    ListUserPoolReplicas ListUserPools ListUserSessions ListUsers ListUsersInGroup ListWebAuthnCredentials
    ResendConfirmationCode RespondToAuthChallenge RevokeToken RevokeUserSession SetLogDeliveryConfiguration
    SetRiskConfiguration SetUICustomization SetUserMFAPreference SetUserPoolClientSessionConfiguration
    SetUserPoolMfaConfig SetUserPoolSessionConfiguration SetUserSettings SignUp StartUserImportJob
    StartWebAuthnRegistration StopUserImportJob TagResource UntagResource UpdateAuthEventFeedback UpdateDeviceStatus
    UpdateGroup UpdateIdentityProvider UpdateManagedLoginBranding UpdateProvisionedLimit UpdateResourceServer
    UpdateTerms UpdateUserAttributes UpdateUserPool UpdateUserPoolClient UpdateUserPoolDomain UpdateUserPoolReplica
    VerifySoftwareToken VerifyUserAttribute
  `),
  sts: split(`
    AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity AssumeRoot DecodeAuthorizationMessage GetAccessKeyInfo
    GetCallerIdentity GetDelegatedAccessToken GetFederationToken GetServiceBearerToken GetSessionToken
    GetWebIdentityToken SetContext SetSourceIdentity TagSession
  `),
  "execute-api": split(`
    InvalidateCache Invoke ManageConnections
  `),
  polly: split(`
    DeleteLexicon DescribeVoices GetLexicon GetSpeechSynthesisTask ListLexicons ListSpeechSynthesisTasks PutLexicon
    StartSpeechSynthesisStream StartSpeechSynthesisTask SynthesizeSpeech
  `),
  sns: split(`
    AddPermission CheckIfPhoneNumberIsOptedOut ConfirmSubscription CreatePlatformApplication CreatePlatformEndpoint
    CreateSMSSandboxPhoneNumber CreateTopic DeleteEndpoint DeletePlatformApplication DeleteSMSSandboxPhoneNumber
    DeleteTopic GetDataProtectionPolicy GetEndpointAttributes GetPlatformApplicationAttributes GetSMSAttributes
    GetSMSSandboxAccountStatus GetSubscriptionAttributes GetTopicAttributes ListEndpointsByPlatformApplication
    ListOriginationNumbers ListPhoneNumbersOptedOut ListPlatformApplications ListSMSSandboxPhoneNumbers
    ListSubscriptions ListSubscriptionsByTopic ListTagsForResource ListTopics OptInPhoneNumber Publish
    PutDataProtectionPolicy RemovePermission SetEndpointAttributes SetPlatformApplicationAttributes SetSMSAttributes
    SetSubscriptionAttributes SetTopicAttributes Subscribe TagResource Unsubscribe UntagResource
    VerifySMSSandboxPhoneNumber
  `),
  secretsmanager: split(`
    BatchGetSecretValue CancelRotateSecret CreateSecret DeleteResourcePolicy DeleteSecret DescribeSecret
    GetRandomPassword GetResourcePolicy GetSecretValue ListSecretVersionIds ListSecrets PutResourcePolicy
    PutSecretValue RemoveRegionsFromReplication ReplicateSecretToRegions RestoreSecret RotateSecret
    StopReplicationToReplica TagResource UntagResource UpdateSecret UpdateSecretVersionStage ValidateResourcePolicy
  `),
  scheduler: split(`
    CreateSchedule CreateScheduleGroup DeleteSchedule DeleteScheduleGroup GetSchedule GetScheduleGroup
    ListScheduleGroups ListSchedules ListTagsForResource TagResource UntagResource UpdateSchedule
  `),
};
