namespace ModelGen.Compiler.Language;

/// <summary>A word that becomes an options record of the runtime; each argument sets the property of its name.</summary>
internal interface IOptionsRecord
{
    /// <summary>The record's name.</summary>
    string Record { get; }
}
