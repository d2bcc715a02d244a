#include <gsl/gsl_test.h>
int main(void)
{
    return gsl_test_summary();
}
