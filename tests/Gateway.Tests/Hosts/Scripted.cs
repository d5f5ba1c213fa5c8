using System.Reflection;

namespace GaiaOrleans.Gateway.Tests.Hosts;

/// <summary>An interface whose every call a test answers.</summary>
public class Scripted : DispatchProxy
{
    private Func<MethodInfo, object?[], object?> _answer = null!;

    public static T Of<T>(Func<MethodInfo, object?[], object?> answer)
        where T : class
    {
        var scripted = Create<T, Scripted>();
        ((Scripted)(object)scripted)._answer = answer;
        return scripted;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!, args ?? []);
}
