using System.Text;
using ModelGen.Tokenization;

namespace ModelGen.Chat;

/// <summary>How a conversation becomes the prompt of a language model, and what ends an answer.</summary>
/// <remarks>
/// A model answers well in the template that it was trained with. No turn can pretend to be several: a text with one of
/// <see cref="Stop"/> in it is refused.
/// </remarks>
public sealed record ChatTemplate
{
    private static readonly ChatSpeaker[] Speakers = Enum.GetValues<ChatSpeaker>();

    /// <summary>Creates a template.</summary>
    /// <param name="system">The texts around an instruction.</param>
    /// <param name="user">The texts around a question.</param>
    /// <param name="assistant">The texts around an answer.</param>
    /// <param name="tool">The texts around a function's result.</param>
    /// <param name="stop">What ends an answer, and what no turn may contain: the texts that mark where turns begin or end.</param>
    /// <param name="start">The text before the first turn, such as a token that begins a text.</param>
    /// <param name="answer">
    /// The text after which the model answers: the one before an answer if null, or that without the white space at its end, which is then
    /// taken for the beginning of the model's first token and does not count as part of the answer.
    /// </param>
    /// <exception cref="ArgumentException">There is no stop text or an empty one, no stop text between two turns, or the answer begins with
    /// another text than the assistant's turns.</exception>
    public ChatTemplate(
        TurnMarkers system,
        TurnMarkers user,
        TurnMarkers assistant,
        TurnMarkers tool,
        IReadOnlyList<string> stop,
        string start = "",
        string? answer = null
    )
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(assistant);
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(stop);
        ArgumentNullException.ThrowIfNull(start);
        (System, User, Assistant, Tool) = (system, user, assistant, tool);
        (Stop, Start, Answer) = ([.. stop], start, answer ?? assistant.Before);
        CheckStop();
        CheckAnswer();
    }

    /// <summary>
    /// ChatML: <c>&lt;|im_start|&gt;</c>, the speaker and a line break before each text, <c>&lt;|im_end|&gt;</c> and a line break after it
    /// (OpenAI 2023, "Chat Markup Language").
    /// </summary>
    public static ChatTemplate ChatMl { get; } =
        new(ChatMlTurn("system"), ChatMlTurn("user"), ChatMlTurn("assistant"), ChatMlTurn("tool"), ["<|im_start|>", "<|im_end|>"]);

    /// <summary>
    /// Lines that begin with <c>System:</c>, <c>User:</c>, <c>Assistant:</c> or <c>Tool:</c>, for models that know no special tokens, as in
    /// Askell et al. 2021, "A general language assistant as a laboratory for alignment" (there with other names).
    /// </summary>
    public static ChatTemplate Plain { get; } =
        new(
            PlainTurn("System"),
            PlainTurn("User"),
            PlainTurn("Assistant"),
            PlainTurn("Tool"),
            ["\nSystem:", "\nUser:", "\nAssistant:", "\nTool:"],
            answer: "Assistant:"
        );

    /// <summary>A template by its name.</summary>
    /// <param name="format">The name.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such template.</exception>
    public static ChatTemplate Of(ChatFormat format) =>
        format switch
        {
            ChatFormat.Chatml => ChatMl,
            ChatFormat.Plain => Plain,
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such template."),
        };

    /// <summary>The texts around an instruction.</summary>
    public TurnMarkers System { get; }

    /// <summary>The texts around a question.</summary>
    public TurnMarkers User { get; }

    /// <summary>The texts around an answer.</summary>
    public TurnMarkers Assistant { get; }

    /// <summary>The texts around a function's result.</summary>
    public TurnMarkers Tool { get; }

    /// <summary>What ends an answer, and what no turn may contain; at least one, none of them empty.</summary>
    public IReadOnlyList<string> Stop { get; }

    /// <summary>The text before the first turn.</summary>
    public string Start { get; }

    /// <summary>
    /// The text after which the model answers: that before an answer, or its beginning; then only white space is missing, which the model
    /// is expected to write.
    /// </summary>
    public string Answer { get; }

    /// <summary>The white space that an answer begins with and that does not belong to it.</summary>
    public string AnswerSpace => Assistant.Before[Answer.Length..];

    /// <summary>The texts around what somebody says.</summary>
    /// <param name="speaker">Who speaks.</param>
    public TurnMarkers MarkersOf(ChatSpeaker speaker) =>
        speaker switch
        {
            ChatSpeaker.System => System,
            ChatSpeaker.User => User,
            ChatSpeaker.Assistant => Assistant,
            ChatSpeaker.Tool => Tool,
            _ => throw new ArgumentOutOfRangeException(nameof(speaker), speaker, "There is no such speaker."),
        };

    /// <summary>The text that a model continues with its answer.</summary>
    /// <param name="turns">The conversation so far.</param>
    /// <param name="tokenizer">The model's tokenizer, whose special tokens no turn may contain either; null if it has none.</param>
    /// <returns>The start, the turns, and the text after which the model answers.</returns>
    /// <exception cref="ModelGenException">A turn contains a stop text or a special token.</exception>
    public string Prompt(IReadOnlyList<ChatTurn> turns, Tokenizer? tokenizer = null)
    {
        ArgumentNullException.ThrowIfNull(turns);
        var prompt = new StringBuilder(Start);
        var texts = new (int Begin, int End)[turns.Count];
        for (var turn = 0; turn < turns.Count; turn++)
        {
            var (speaker, text) = turns[turn];
            var markers = MarkersOf(speaker);
            prompt.Append(markers.Before);
            var begin = prompt.Length;
            texts[turn] = (begin, begin + text.Length);
            prompt.Append(text).Append(markers.After);
        }

        var whole = prompt.Append(Answer).ToString();
        foreach (var marker in Stop.Concat(tokenizer?.SpecialTokens.Select(static token => token.Text) ?? []))
        {
            CheckTurns(turns, texts, whole, marker);
        }

        return whole;
    }

    // Wherever a marker takes characters of what is said, whatever it shares with the texts around it.
    private static void CheckTurns(IReadOnlyList<ChatTurn> turns, (int Begin, int End)[] texts, string whole, string marker)
    {
        var turn = 0;
        var at = whole.IndexOf(marker, StringComparison.Ordinal);
        while (at >= 0)
        {
            while (turn < texts.Length && texts[turn].End <= at)
            {
                turn++;
            }

            for (var other = turn; other < texts.Length && texts[other].Begin < at + marker.Length; other++)
            {
                if (texts[other].Begin < texts[other].End)
                {
                    throw new ModelGenException(
                        $"Turn {other + 1} of the conversation ({Name(turns[other].Speaker)}) has {Shown(marker)} at character "
                            + $"{Math.Max(at - texts[other].Begin, 0) + 1}, with which a text could pretend to be another's; remove it, or "
                            + "write it in another way."
                    );
                }
            }

            at = whole.IndexOf(marker, at + 1, StringComparison.Ordinal);
        }
    }

    private void CheckStop()
    {
        if (Stop.Count == 0)
        {
            throw new ArgumentException("A template needs a stop text, or no answer would end; name what marks the turns.", "stop");
        }

        if (Stop.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("An empty text cannot end an answer, because it is everywhere.", "stop");
        }

        foreach (var first in Speakers)
        {
            foreach (var second in Speakers)
            {
                var between = MarkersOf(first).After + MarkersOf(second).Before;
                if (!Stop.Any(stop => between.Contains(stop, StringComparison.Ordinal)))
                {
                    throw new ArgumentException(
                        $"No stop text is in {Shown(between)}, which stands between the turns '{Name(first)}' and '{Name(second)}', so "
                            + "that a text could pretend to be both; add what marks the turn.",
                        "stop"
                    );
                }
            }
        }
    }

    private void CheckAnswer()
    {
        if (!Assistant.Before.StartsWith(Answer, StringComparison.Ordinal) || !string.IsNullOrWhiteSpace(AnswerSpace))
        {
            throw new ArgumentException(
                $"An answer is asked for with {Shown(Answer)}, but the assistant's turns begin with {Shown(Assistant.Before)}; they must "
                    + "be the same up to white space at the end of the second.",
                "answer"
            );
        }
    }

    private static TurnMarkers ChatMlTurn(string speaker) => new($"<|im_start|>{speaker}\n", "<|im_end|>\n");

    private static TurnMarkers PlainTurn(string speaker) => new($"{speaker}: ", "\n");

    private static string Name(ChatSpeaker speaker) => speaker.ToString().ToLowerInvariant();

    private static string Shown(string text) => $"'{text.Replace("\r", "\\r").Replace("\n", "\\n")}'";
}
