namespace ModelGen.Chat;

/// <summary>The texts around what is said in a turn.</summary>
/// <param name="Before">The text before it, such as <c>&lt;|im_start|&gt;user</c> with a line break.</param>
/// <param name="After">The text after it, such as <c>&lt;|im_end|&gt;</c> with a line break.</param>
public sealed record TurnMarkers(string Before, string After);
