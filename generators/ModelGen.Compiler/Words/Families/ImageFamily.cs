using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words.Families;

/// <summary>What families have in common that make pictures, asked for a class or not.</summary>
internal abstract class ImageFamily(string word, string summary, WordParameter<DataKind> data, GroupParameter condition, GroupParameter training, params Parameter[] parameters)
    : ModelFamily(word, summary, data, PlainInitialisation, training, parameters)
{
    /// <summary>The data set of the runtime that objectives of pictures learn from.</summary>
    protected const string DataSet = "ImageDataset";

    public sealed override ModelSurface Surface(ModelGraph model)
    {
        var arguments = model.Spec.Arguments;
        return base.Surface(model) with
        {
            Constants = [.. Sizes(arguments), .. ImageCondition.Constants(arguments, condition)],
            Members =
            [
                new LengthsMember("image-shape", [.. model.Data.Shape.Axes.Select(axis => axis.Constant!.Value)]),
                .. Members(model),
                .. ImageCondition.Members(arguments, condition),
            ],
            Objective = Objective(arguments),
        };
    }

    protected sealed override ModuleGraph? BuildRoot(GraphBuilder model, ModelSpec spec)
    {
        var roles = new RolesBuilder(model, spec.Name);
        if (BuildRoles(roles, spec.Arguments, model.Data.Shape, ImageCondition.Classes(spec.Arguments, condition)) is not { } output)
        {
            return null;
        }

        roles.Graph.Output = output;
        return roles.Graph;
    }

    /// <summary>Builds and checks the roles, as far as the spec has them; gives the picture that comes out, or null where something is missing.</summary>
    protected abstract Value? BuildRoles(RolesBuilder roles, Arguments arguments, Shape picture, long classes);

    /// <summary>Sizes of the family's own that the class has as constants.</summary>
    protected abstract IEnumerable<SizeConstant> Sizes(Arguments arguments);

    /// <summary>What the base class asks for besides.</summary>
    protected abstract IEnumerable<SurfaceMember> Members(ModelGraph model);

    /// <summary>The objective, which learns from <see cref="DataSet"/>.</summary>
    protected abstract ObjectiveMember Objective(Arguments arguments);
}
