using ModelGen.Compiler.CSharp;
using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words.Objectives;

/// <summary>An objective of a generative adversarial network: what its two players make smaller.</summary>
internal abstract class AdversarialObjective(string word, string summary, params Parameter[] parameters) : Objective(word, summary, parameters)
{
    /// <summary>The record of the runtime that holds the loss and its weights.</summary>
    protected abstract string LossType { get; }

    /// <summary>Whether the discriminator's gradients are a part of its loss.</summary>
    public virtual bool Penalises(Arguments arguments) => false;

    public sealed override string CSharp(Arguments arguments) =>
        $"new global::ModelGen.Training.GanObjective(this, data, {OptionsWriter.Inline($"global::ModelGen.Training.{LossType}", Parameters, arguments)})";
}
