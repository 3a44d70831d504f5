namespace ModelGen.Objectives;

/// <summary>How often a policy learns from the same answers, and how far one round of them may move it.</summary>
public abstract record ClippedPolicyOptions : PolicyOptions
{
    private protected ClippedPolicyOptions() { }

    /// <summary>How often a step goes through its answers, at least 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>How many parts the answers of a step are divided into, at least 1, with an update for each.</summary>
    public int Minibatches { get; init; } = 1;

    /// <summary>ε: what a token's probability is multiplied by counts from 1 − ε to 1 + ε; above 0 and below 1.</summary>
    public double Clip { get; init; } = 0.2;

    internal override int Updates => Epochs * Minibatches;

    internal override void Check()
    {
        base.Check();
        Require(Epochs >= 1, nameof(Epochs), "number of epochs must be at least 1", Epochs);
        Require(Minibatches >= 1, nameof(Minibatches), "number of minibatches must be at least 1", Minibatches);
        Require(Clip is > 0 and < 1, nameof(Clip), "clip must be above 0 and below 1", Clip);
    }
}
