namespace ModelGen.Runs;

/// <summary>The names of the files and folders of a run that are read again.</summary>
internal static class RunFiles
{
    public const string Manifest = "manifest.json";
    public const string Metrics = "metrics.jsonl";
    public const string Evaluation = "evaluation.json";
    public const string Evaluations = "evaluations";
    public const string Lock = "run.lock";
    public const string Checkpoints = "checkpoints";
    public const string Samples = "samples";
    public const string Adapter = "adapter.safetensors";
    public const string Events = "tensorboard";

    /// <summary>What only a run writes: a manifest may be that of something else.</summary>
    public static readonly string[] Telling = [Metrics, Checkpoints, Lock];
}
