using ModelGen.Checkpoints;
using static TorchSharp.torch;

namespace ModelGen.Policies;

/// <summary>What the guards of a policy have seen, and the weight of its divergence where that is adapted.</summary>
internal sealed class PolicyState : IRunState
{
    /// <summary>The entropy of a token at the first step, in nats; null before.</summary>
    public double? FirstEntropy { get; set; }

    /// <summary>Whether the entropy has collapsed.</summary>
    public bool HasCollapsed { get; set; }

    /// <summary>Whether the budget of divergence is used up.</summary>
    public bool IsOver { get; set; }

    /// <summary>The weight of the divergence.</summary>
    public required double KlWeight { get; set; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; } = new Dictionary<string, Tensor>();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Texts =>
        new Dictionary<string, string>
        {
            ["first_entropy"] = StateText.Of(FirstEntropy ?? -1),
            ["collapsed"] = StateText.Of(HasCollapsed ? 1 : 0),
            ["over"] = StateText.Of(IsOver ? 1 : 0),
            ["kl_weight"] = StateText.Of(KlWeight),
        };

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, string> texts)
    {
        var first = StateText.Number(texts, "first_entropy");
        FirstEntropy = first < 0 ? null : first;
        HasCollapsed = StateText.Whole(texts, "collapsed") == 1;
        IsOver = StateText.Whole(texts, "over") == 1;
        KlWeight = StateText.Number(texts, "kl_weight");
    }
}
