namespace ModelGen.Chat;

/// <summary>A well-known template of conversations.</summary>
public enum ChatFormat
{
    /// <summary><see cref="ChatTemplate.ChatMl"/>.</summary>
    Chatml,

    /// <summary><see cref="ChatTemplate.Plain"/>.</summary>
    Plain,
}
