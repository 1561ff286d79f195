namespace SpotifyClientCredentials.Tests.Readme;

/// <summary>The clone in which the tests were built.</summary>
internal static class Repository
{
    // Not copied beside the tests as README.md is: a copy would outlive what was moved away.
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "SpotifyClientCredentials.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests do not lie in a clone of the repository.");
    }
}
