using System.Runtime.CompilerServices;
using ModelGen.Data;
using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Answers;

/// <summary>A file of JSON lines with prompts, as named in a recipe.</summary>
public abstract record PromptedSource
{
    private protected PromptedSource() { }

    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>The key of the prompt.</summary>
    public string Prompt { get; init; } = "prompt";

    /// <summary>The texts around a prompt, with <c>{prompt}</c> where it goes; null for the prompt alone.</summary>
    public string? Template { get; init; }

    /// <summary>The file of what to validate on; null to hold some of the training examples back.</summary>
    public string? Test { get; init; }
}

/// <summary>A file of JSON lines with prompts, and what a data set makes of it.</summary>
/// <typeparam name="TExample">What a line holds.</typeparam>
/// <typeparam name="TData">The data set.</typeparam>
public abstract record PromptedSource<TExample, TData> : PromptedSource
    where TExample : class
    where TData : PromptedDataset
{
    private protected PromptedSource() { }

    /// <summary>Reads the file as tokens. What cannot be used is left out; see <see cref="PromptedDataset.Problems"/>.</summary>
    /// <param name="createTokenizer">Creates the tokenizer from the texts to train on: the model's <c>CreateTokenizer</c>.</param>
    /// <param name="context">The most tokens that the model reads at once: its <c>Context</c>.</param>
    /// <param name="validationFraction">The fraction held back, above 0 and below 1; a tenth if null.</param>
    /// <param name="device">The device of batches, the CPU if null; it must be the model's device.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1: the first half is reading.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="ModelGenException">There is nothing to read, it cannot be read, or it does not suit the tokenizer.</exception>
    /// <exception cref="OperationCanceledException">The read was cancelled.</exception>
    [OverloadResolutionPriority(-1)] // language models have a method of both kinds
    public TData Read(
        Func<TextCorpus, Tokenizer> createTokenizer,
        int context,
        double? validationFraction,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(createTokenizer);
        return Read((text, _, _) => createTokenizer(text), context, validationFraction, device, progress, cancellation);
    }

    /// <summary>Reads the file as tokens, with a tokenizer that takes time to learn.</summary>
    /// <param name="createTokenizer">Creates the tokenizer from the texts to train on: the model's <c>CreateTokenizer</c>.</param>
    /// <param name="context">The most tokens that the model reads at once: its <c>ContextLength</c>.</param>
    /// <param name="validationFraction">The fraction held back, above 0 and below 1; a tenth if null.</param>
    /// <param name="device">The device of batches, the CPU if null; it must be the model's device.</param>
    /// <param name="progress">Receives the share that is done, from 0 to 1: the first half is reading, the next quarter learning tokens,
    /// the last tokenizing.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="ModelGenException">There is nothing to read, it cannot be read, or it does not suit the tokenizer.</exception>
    /// <exception cref="OperationCanceledException">The read was cancelled.</exception>
    public TData Read(
        Func<TextCorpus, IProgress<double>?, CancellationToken, Tokenizer> createTokenizer,
        int context,
        double? validationFraction,
        Device? device = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(createTokenizer);
        var (examples, test) = SourcePath.ReadBoth(
            Key,
            File,
            Test,
            (path, share) => ReadFile(path, share, cancellation),
            ReadingShare.Of(progress, 0, 0.5)
        );
        var tokenizer = createTokenizer(
            TextCollection.Join(examples.Examples.SelectMany(Texts).SelectMany(static text => new[] { text, "\n" })),
            ReadingShare.Of(progress, 0.5, 0.25),
            cancellation
        );
        var template = Template is null ? null : AnswerTemplate.Parse(Template);
        return Create(
            examples,
            test,
            tokenizer,
            context,
            template,
            validationFraction,
            device,
            ReadingShare.Of(progress, 0.75, 0.25),
            cancellation
        );
    }

    /// <summary>The key of recipes that names it.</summary>
    private protected abstract string Key { get; }

    /// <summary>Reads one of the files.</summary>
    private protected abstract ExampleCollection<TExample> ReadFile(
        string path,
        IProgress<double>? progress,
        CancellationToken cancellation
    );

    /// <summary>All texts of an example, from which a tokenizer can learn.</summary>
    private protected abstract IEnumerable<string> Texts(TExample example);

    /// <summary>Makes the data set.</summary>
    private protected abstract TData Create(
        ExampleCollection<TExample> examples,
        ExampleCollection<TExample>? test,
        Tokenizer tokenizer,
        int context,
        AnswerTemplate? template,
        double? validationFraction,
        Device? device,
        IProgress<double>? progress,
        CancellationToken cancellation
    );
}
