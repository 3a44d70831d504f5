namespace ModelGen.Compiler.Language;

/// <summary>A word that becomes a runtime options record; each argument sets the property of the same name.</summary>
internal interface IOptionsRecord
{
    /// <summary>The record's name.</summary>
    string Record { get; }
}
