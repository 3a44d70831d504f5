using ModelGen.Chat;
using ModelGen.Tokenization;

namespace ModelGen.Answers;

/// <summary>
/// Makes tokens of prompts and answers: the prompt in its template and the tokenizer's token between a prompt and its answer, if it has
/// one; then the answer and the token that ends it. Where there is nothing to ask, the token that begins a text comes first or, if the
/// tokenizer has none, the one that ends the text before.
/// </summary>
internal sealed class AnswerEncoder
{
    private readonly Tokenizer _tokenizer;
    private readonly AnswerTemplate _template;
    private readonly ChatTemplate? _chat;
    private readonly SpecialToken _end;
    private readonly SpecialToken? _answer;

    /// <param name="tokenizer">The tokenizer, with a token that ends a text.</param>
    /// <param name="template">The texts around a prompt; null for none.</param>
    /// <param name="chat">How a conversation is written; null where there is none.</param>
    /// <exception cref="ModelGenException">The tokenizer has no token that ends a text.</exception>
    public AnswerEncoder(Tokenizer tokenizer, AnswerTemplate? template = null, ChatTemplate? chat = null)
    {
        (_tokenizer, _template, _chat) = (tokenizer, template ?? AnswerTemplate.Plain, chat);
        _answer = Special(SpecialTokenRole.Answer);
        _end = Special(SpecialTokenRole.End)
            ?? throw new ModelGenException(
                "The tokenizer has no token that ends a text, so that no answer would end; name one as 'end-token' in the model's "
                    + "'data.tokens'."
            );
    }

    /// <summary>The token that ends an answer.</summary>
    public int End => _end.Id;

    /// <summary>The token that fills short sequences up.</summary>
    public int Padding => _tokenizer.IdOf(SpecialTokenRole.Padding) ?? End;

    /// <summary>The text that a model continues with its answer; of a conversation with the last one.</summary>
    /// <exception cref="ModelGenException">A turn could pretend to be several, or there is no template for conversations.</exception>
    public string PromptText(AnswerExample example) =>
        example switch
        {
            PromptedAnswer(var prompt, _) => PromptText(prompt),
            Conversation(var turns) => Chat.Prompt(
                [.. turns.Take(turns.Count - 1 - turns.Reverse().ToList().FindIndex(IsAnswer))],
                _tokenizer
            ),
            _ => throw Unknown(example),
        };

    /// <summary>The text that a model continues with its answer.</summary>
    public string PromptText(string prompt)
    {
        var text = _template.Format(prompt) + _answer?.Text;
        return text.Length > 0 ? text : (Special(SpecialTokenRole.Start) ?? _end).Text;
    }

    /// <summary>The tokens that a model reads before it answers, at least one.</summary>
    /// <exception cref="ModelGenException">The tokenizer has no token for a part of it or for any, or it has a special token written
    /// out.</exception>
    public int[] Prompt(string prompt)
    {
        CheckOrdinary(prompt, "a prompt");
        return _tokenizer.Encode(PromptText(prompt)) is { Length: > 0 } tokens
            ? tokens
            : throw new ModelGenException("the tokenizer has no token for anything in its prompt.");
    }

    /// <summary>The tokens of an answer, and the one that ends it.</summary>
    /// <exception cref="ModelGenException">It is empty, the tokenizer has no token for a part of it, or it has a special token written
    /// out.</exception>
    public int[] Answer(string answer)
    {
        CheckOrdinary(answer, "an answer");
        return answer.Length > 0 ? [.. _tokenizer.Encode(answer), End] : throw new ModelGenException("an answer is empty.");
    }

    /// <summary>The tokens of an example.</summary>
    /// <exception cref="ModelGenException">The tokenizer has no token for a part of it, a turn could pretend to be several, or there is no
    /// template for conversations.</exception>
    public AnswerTokens Tokens(AnswerExample example) =>
        example switch
        {
            PromptedAnswer(var prompt, var answer) => AnswerTokens.Of(Prompt(prompt), Answer(answer)),
            Conversation(var turns) => Tokens(turns),
            _ => throw Unknown(example),
        };

    private ChatTemplate Chat =>
        _chat ?? throw new ModelGenException("it is a conversation, and nothing says how these are written; name a template as 'chat'.");

    private static bool IsAnswer(ChatTurn turn) => turn.Speaker == ChatSpeaker.Assistant;

    private static ArgumentException Unknown(AnswerExample example) =>
        new($"{example.GetType().Name} is no example that is known here.", nameof(example));

    /// <summary>Checks that no special token is written out in a text, which would be taken for what it marks.</summary>
    /// <exception cref="ModelGenException">One is.</exception>
    public void CheckOrdinary(string text, string what)
    {
        if (_tokenizer.SpecialTokens.FirstOrDefault(token => text.Contains(token.Text, StringComparison.Ordinal)) is { } written)
        {
            throw new ModelGenException($"{what} has the special token '{written.Text}' written out; remove it.");
        }
    }

    private SpecialToken? Special(SpecialTokenRole role) => _tokenizer.SpecialTokens.FirstOrDefault(token => token.Role == role);

    private AnswerTokens Tokens(IReadOnlyList<ChatTurn> turns)
    {
        var chat = Chat;
        _ = chat.Prompt(turns, _tokenizer);
        if (!turns.Any(static turn => IsAnswer(turn) && turn.Text.Length > 0))
        {
            throw new ModelGenException("nothing is said by the assistant, so that there is no answer to learn.");
        }

        var (tokens, isAnswer) = (new List<int>(), new List<bool>());
        Add(chat.Start, belongs: false);
        foreach (var (speaker, text) in turns)
        {
            var (isAssistant, markers) = (speaker == ChatSpeaker.Assistant, chat.MarkersOf(speaker));
            Add(isAssistant ? chat.Answer : markers.Before, belongs: false);
            Add((isAssistant ? chat.AnswerSpace : "") + text + markers.After, isAssistant);
        }

        // What ends a text ends a conversation, too, unless each turn ends with it.
        if (!chat.Assistant.After.Contains(_end.Text, StringComparison.Ordinal))
        {
            tokens.Add(End);
            isAnswer.Add(turns[^1].Speaker == ChatSpeaker.Assistant);
        }

        return new AnswerTokens([.. tokens], [.. isAnswer]);

        void Add(string text, bool belongs)
        {
            var added = _tokenizer.Encode(text);
            tokens.AddRange(added);
            isAnswer.AddRange(Enumerable.Repeat(belongs, added.Length));
        }
    }
}
