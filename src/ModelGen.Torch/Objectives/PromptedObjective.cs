using ModelGen.Answers;
using ModelGen.Data;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Training;
using static TorchSharp.torch;

namespace ModelGen.Objectives;

/// <summary>Learning how to answer prompts.</summary>
public abstract class PromptedObjective : Objective
{
    private readonly PromptedDataset _data;

    /// <summary>Binds the objective.</summary>
    /// <param name="model">The model to train, which predicts the next token.</param>
    /// <param name="data">What to learn from, on the model's device.</param>
    /// <exception cref="ModelGenException">The model sees later tokens, or the data have a larger vocabulary than it.</exception>
    private protected PromptedObjective(LanguageModel model, PromptedDataset data)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        if (!model.IsCausal)
        {
            throw new ModelGenException($"{model.GetName()} sees later tokens when it predicts one, so that it cannot answer a prompt.");
        }

        if (data.Tokenizer.VocabularySize > model.VocabularySize)
        {
            throw new ModelGenException(
                $"The data's tokenizer has {data.Tokenizer.VocabularySize} tokens, but {model.GetName()} has "
                    + $"{model.VocabularySize}; raise the model's vocabulary or use its own tokenizer."
            );
        }

        (LanguageModel, _data) = (model, data);
    }

    /// <inheritdoc/>
    public sealed override nn.Module Model => LanguageModel;

    /// <inheritdoc/>
    public sealed override string Fingerprint => LanguageModel.Fingerprint;

    /// <inheritdoc/>
    public sealed override ScalarType Precision => LanguageModel.Precision;

    /// <inheritdoc/>
    public sealed override string DataFingerprint => _data.Fingerprint;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<FileProblem> DataProblems => _data.Problems;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<string> DataNotes => _data.Notes;

    /// <inheritdoc/>
    public sealed override IReadOnlyDictionary<string, string> Metadata =>
        new Dictionary<string, string> { [Checkpoints.Checkpoint.TokenizerKey] = _data.Tokenizer.Serialize() };

    /// <inheritdoc/>
    public override BatchSplit BatchSplit => LanguageModel.BatchSplit;

    /// <summary>Whether it can compare the model with what it was before on any data.</summary>
    internal virtual bool KnowsReferenceOfOtherData => false;

    private protected LanguageModel LanguageModel { get; }

    /// <summary>Checks that the model can read the longest sample.</summary>
    /// <exception cref="ModelGenException">It cannot.</exception>
    private protected void CheckLength(int longest)
    {
        if (longest > LanguageModel.ContextLength)
        {
            throw new ModelGenException(
                $"The data have samples of {longest} tokens, but {LanguageModel.GetName()} reads at most {LanguageModel.ContextLength}; "
                    + "create the data set with the model's context."
            );
        }
    }
}
