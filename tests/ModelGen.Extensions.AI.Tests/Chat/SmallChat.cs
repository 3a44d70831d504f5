using ModelGen.Chat;
using ModelGen.Sampling;
using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Extensions.AI.Tests.Chat;

/// <summary>An untrained model to chat with, whose large weights make it opinionated.</summary>
internal sealed class SmallChat : IDisposable
{
    private readonly Chatter _model;

    public SmallChat(Tokenizer? tokenizer = null)
    {
        manual_seed(4).Dispose();
        _model = new Chatter();
        using var noGrad = no_grad();
        foreach (var parameter in _model.parameters())
        {
            parameter.mul_(4);
        }

        Generator = new TextGenerator(_model, tokenizer ?? new ByteTokenizer());
    }

    public TextGenerator Generator { get; }

    /// <summary>A client whose answers have at most 40 tokens.</summary>
    public ModelChatClient Client(ChatTemplate? template = null, SamplingOptions? sampling = null) =>
        new(Generator, template ?? ChatTemplate.ChatMl, sampling) { MaxOutputTokens = 40 };

    /// <summary>A way of choosing that writes a character again and again.</summary>
    public static SamplingOptions Only(string character) =>
        new()
        {
            Temperature = 0,
            LogitBias = new Dictionary<string, double> { [character] = 100 },
        };

    public void Dispose()
    {
        Generator.Dispose();
        _model.Dispose();
    }
}
