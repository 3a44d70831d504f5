using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective of a generative adversarial network: what its two players minimise.</summary>
internal abstract class AdversarialObjective(string word, string summary, params Parameter[] parameters)
    : Objective(word, summary, parameters)
{
    public sealed override string RuntimeType => "GanObjective";

    /// <summary>The runtime record that holds the loss and its weights.</summary>
    public abstract override string Record { get; }

    /// <summary>What it does with a score, which may be any number: "applies the sigmoid itself".</summary>
    public abstract string OfScores { get; }

    /// <summary>Whether the discriminator's gradients are part of its loss.</summary>
    public bool Penalises(Arguments arguments) => Penalties(arguments) > 0;

    /// <summary>On how many batches the discriminator's gradients are part of its loss.</summary>
    public virtual int Penalties(Arguments arguments) => 0;

    /// <summary>Whether the generator's loss needs the scores of real samples, too.</summary>
    public virtual bool GeneratorSeesReal => false;
}
