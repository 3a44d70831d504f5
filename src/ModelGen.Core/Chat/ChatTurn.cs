namespace ModelGen.Chat;

/// <summary>A turn of a conversation.</summary>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Text">What is said.</param>
public readonly record struct ChatTurn(ChatSpeaker Speaker, string Text);
