namespace ModelGen.Runs;

/// <summary>How far a run is.</summary>
internal enum RunState
{
    /// <summary>A process is training into its folder, or evaluating there.</summary>
    Running,

    /// <summary>It has made all its steps.</summary>
    Finished,

    /// <summary>Early stopping has ended it.</summary>
    StoppedEarly,

    /// <summary>It was stopped, and can be resumed.</summary>
    Stopped,

    /// <summary>It was killed or failed.</summary>
    Crashed,

    /// <summary>Another machine may be training into its folder.</summary>
    Unknown,
}
