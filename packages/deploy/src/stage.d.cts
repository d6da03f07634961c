/** Sets up the AWS clients of this process for a stage; call it before the first is made. */
export declare const useStage: (stage: string) => void;
