namespace ModelGen.Chat;

/// <summary>Who speaks in a turn of a conversation.</summary>
public enum ChatSpeaker
{
    /// <summary>Who says how to answer.</summary>
    System,

    /// <summary>Who asks.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,

    /// <summary>A function that the model has called.</summary>
    Tool,
}
