using System.Reflection;
using System.Runtime.Versioning;
using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Tests;

/// <summary>So that the walk over targets is known to be one.</summary>
public sealed class PackageTargetTests
{
    [Theory]
    [InlineData(typeof(ClientCredentialsTokenProvider))]
    [InlineData(typeof(FakeSpotify))]
    public void LoadedAssembly_OfEachPackage_IsTheBuildThatTheTestsWereBuiltFor(Type type)
    {
        string target = typeof(PackageTargetTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "PackageTarget").Value!;

        Assert.Equal(
            $".NETCoreApp,Version=v{target["net".Length..]}",
            type.Assembly.GetCustomAttribute<TargetFrameworkAttribute>()?.FrameworkName);
    }
}
