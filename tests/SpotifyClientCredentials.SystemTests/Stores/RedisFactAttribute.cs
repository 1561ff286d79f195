using System.Runtime.CompilerServices;

namespace SpotifyClientCredentials.SystemTests.Stores;

/// <summary>A test that needs a real <c>redis-server</c>. Skipped where there is none, with the reason in its name, since runners seldom print it elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute([CallerMemberName] string test = "")
    {
        Skip = RedisServerStore.IsInstalled ? null : "redis-server is not on the PATH.";
        DisplayName = Skip is null ? null : $"{test}: {Skip}";
    }
}
