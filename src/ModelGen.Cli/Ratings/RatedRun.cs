using ModelGen.Answers;
using ModelGen.Chat;
using ModelGen.Cli.Compilation;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Sampling;
using ModelGen.Tokenization;

namespace ModelGen.Cli.Ratings;

/// <summary>A run whose model answers prompts, as it was trained to.</summary>
internal sealed class RatedRun : IDisposable
{
    private readonly LanguageModel _model;
    private readonly Tokenizer _tokenizer;
    private readonly AnswerEncoder _encoder;
    private readonly SamplingOptions _sampling;
    private readonly ChatTemplate? _chat;
    private readonly TextGenerator _generator;

    private RatedRun(JudgedRun name, TrainedRun run, LanguageModel model, Tokenizer tokenizer)
    {
        (Name, Source, _model, _tokenizer) = (name, run.Prompts, model, tokenizer);
        _chat = (Source as AnswersSource)?.Chat is { } format ? ChatTemplate.Of(format) : null;
        _encoder = new AnswerEncoder(tokenizer, Source?.Template is { } template ? AnswerTemplate.Parse(template) : null, _chat);

        // A constraint ends a text by itself.
        var sampling = run.Sampling!;
        _sampling =
            _chat is null || sampling.Constraint is not null ? sampling : sampling with { Stop = [.. sampling.Stop, .. _chat.Stop] };
        _generator = new TextGenerator(model, tokenizer);
    }

    /// <summary>What it is called in a file of judgements.</summary>
    public JudgedRun Name { get; }

    /// <summary>Where its recipe says the answers or prompts are that it learned from; null where it learned from something else.</summary>
    public PromptedSource? Source { get; }

    /// <summary>Opens the run in a folder and loads its model.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">The name of the device.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="ModelGenException">It is no folder of a run, its model writes no text or does not end it, or it has no
    /// checkpoint.</exception>
    public static RatedRun Open(string folder, string device, CancellationToken stop)
    {
        var run = TrainedRun.Open(folder, [], data: null);
        if (!run.IsOfLanguageModel)
        {
            throw new ModelGenException($"'{folder}' is no run of a language model: {run.Spec.ModelName} does not continue text.");
        }

        using var checkpoint = run.OpenCheckpoint();
        var model = (LanguageModel)run.Load(checkpoint, adapter: null, device, stop);
        try
        {
            return new RatedRun(
                JudgedRun.Of(folder, checkpoint.Hash),
                run,
                model,
                ((ITextModel)model).Tokenizer ?? checkpoint.CreateTokenizer()
            );
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The tokens of a prompt, in the run's template.</summary>
    /// <exception cref="ModelGenException">The model cannot read it.</exception>
    public int[] Tokens(string prompt) => _chat is null ? _encoder.Prompt(prompt) : _tokenizer.Encode(Text(prompt));

    /// <summary>The most tokens that the model reads at once.</summary>
    public int Context => _model.ContextLength;

    /// <summary>Answers a prompt.</summary>
    /// <param name="prompt">The prompt, without a template.</param>
    /// <param name="mostTokens">The most tokens of the answer; fewer where the context has no room for them and the end.</param>
    /// <param name="seed">The same seed gives the same answer.</param>
    /// <param name="stop">Stops it between two tokens.</param>
    public string Answer(string prompt, int mostTokens, ulong seed, CancellationToken stop)
    {
        var room = Math.Max(1, Context - Tokens(prompt).Length - 1);
        var text = _generator.Generate(Text(prompt), Math.Min(mostTokens, room), _sampling, seed, stop);
        return _chat is null ? text : Said(text, _chat);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _generator.Dispose();
        _model.Dispose();
    }

    // What stands around a turn is none of its text.
    private static string Said(string text, ChatTemplate chat)
    {
        var begin = text.StartsWith(chat.AnswerSpace, StringComparison.Ordinal) ? chat.AnswerSpace.Length : 0;
        var end = text.EndsWith(chat.Assistant.After, StringComparison.Ordinal) ? chat.Assistant.After.Length : 0;
        return text[begin..Math.Max(begin, text.Length - end)];
    }

    private string Text(string prompt) =>
        _chat is null
            ? _encoder.PromptText(prompt)
            : _encoder.PromptText(new Conversation([new(ChatSpeaker.User, prompt), new(ChatSpeaker.Assistant, "")]));
}
